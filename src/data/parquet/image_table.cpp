#include "data/parquet/image_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "base/error.hpp"
#include "data/parquet/image_features.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kMostClasses = 1 << 16;

constexpr std::array<std::string_view, 6> kImageNames{"image", "img", "images", "picture", "photo", "jpg"};
constexpr std::array<std::string_view, 8> kLabelNames{"label",  "labels",   "fine_label",  "class",
                                                      "target", "category", "class_label", "cls"};

bool holds_images(const ParquetColumn& column) {
  if (column.type != ParquetType::byte_array || column.max_repetition > 0) return false;
  return column.path.size() == 1 ? !column.text : column.path.size() == 2 && column.path[1] == "bytes";
}

bool holds_labels(const ParquetColumn& column) {
  if (column.path.size() != 1 || column.max_repetition > 0) return false;
  return column.type == ParquetType::byte_array ? column.text : is_readable(column.type);
}

std::vector<std::size_t> candidates(const ParquetFile& file, bool (*fits)(const ParquetColumn&)) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < file.columns().size(); ++i) {
    if (fits(file.columns()[i])) found.push_back(i);
  }
  return found;
}

/// The first of `names` that is a candidate's.
std::optional<std::size_t> first_named(const ParquetFile& file, const std::vector<std::size_t>& among,
                                       std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    for (const std::size_t i : among) {
      if (file.columns()[i].path.front() == name) return i;
    }
  }
  return {};
}

std::string names_of(const ParquetFile& file, const std::vector<std::size_t>& among) {
  std::vector<std::string> names;
  for (const std::size_t i : among) names.push_back(file.columns()[i].path.front());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::size_t> those_of(const ParquetFile& file, const std::vector<std::size_t>& among,
                                  const auto& is_meant) {
  std::vector<std::size_t> meant;
  for (const std::size_t i : among) {
    if (is_meant(file.columns()[i].path.front())) meant.push_back(i);
  }
  return meant;
}

/// The column among `all` that is `wanted`; where that is empty the only one that is `meant`, then one with a usual
/// name.
std::size_t choose(const ParquetFile& file, std::vector<std::size_t> all, const std::vector<std::size_t>& meant,
                   const std::string& wanted, std::span<const std::string_view> usual, const char* kind) {
  if (!wanted.empty()) {
    const std::string_view name = wanted;
    if (const auto found = first_named(file, all, {&name, 1})) return *found;
    throw Error(fmt::format("has no column of {} called \"{}\"", kind, wanted),
                all.empty() ? "" : fmt::format("it has {}", names_of(file, all)));
  }
  if (!meant.empty()) all = meant;
  if (const auto found = first_named(file, all, usual)) return *found;
  if (all.size() == 1) return all.front();
  std::vector<std::string> names;
  for (const ParquetColumn& column : file.columns()) names.push_back(column.name());
  throw Error(
      fmt::format("has {} column of {}: its columns are {}", all.empty() ? "no" : "more than one", kind,
                  fmt::join(names, ", ")),
      fmt::format("ersatz looks for an image as bytes or as a struct with bytes, and for a label as number or text; "
                  "usual names "
                  "are {} and {}; others are given as columns = {{ image = \"...\", label = \"...\" }} under [data]",
                  kImageNames.front(), kLabelNames.front()));
}

}  // namespace

ImageTable::ImageTable(std::string_view file, const ImageColumns& wanted) : file_(file) { find_columns(wanted); }

void ImageTable::find_columns(const ImageColumns& wanted) {
  const auto note = file_.note("huggingface");
  const ImageFeatures features = note ? read_image_features(*note) : ImageFeatures{};
  const auto images = candidates(file_, holds_images), labels = candidates(file_, holds_labels);
  image_ = choose(file_, images,
                  those_of(file_, images,
                           [&](const std::string& name) {
                             return std::count(features.images.begin(), features.images.end(), name) > 0;
                           }),
                  wanted.image, kImageNames, "images");
  label_ = choose(file_, labels,
                  those_of(file_, labels, [&](const std::string& name) { return features.labels.contains(name); }),
                  wanted.label, kLabelNames, "labels");
  const auto listed = features.labels.find(label_column());
  if (file_.columns()[label_].type == ParquetType::byte_array) {
    naming_ = Naming::text;
  } else if (listed == features.labels.end()) {
    naming_ = Naming::numbered;
  } else {
    listed_ = listed->second;
  }
}

std::vector<std::string> ImageTable::classes() const {
  if (naming_ == Naming::listed) return listed_;
  ColumnReader labels(file_, label_);
  std::set<std::string, std::less<>> names;
  std::int64_t largest = -1;
  for (std::size_t row = 0; labels.next(); ++row) {
    if (!labels.value()) throw Error(fmt::format("row {} has no label", row));
    const ParquetValue& value = *labels.value();
    if (naming_ == Naming::text && !names.contains(value.bytes)) names.emplace(value.bytes);
    if (value.integer < 0) throw Error(fmt::format("row {} has the label {}", row, value.integer));
    largest = std::max(largest, value.integer);
    if (names.size() > kMostClasses || largest >= static_cast<std::int64_t>(kMostClasses)) {
      throw Error(fmt::format("has more than {} classes in its column {}", kMostClasses, label_column()),
                  "this is no column of labels");
    }
  }
  if (naming_ == Naming::text) return {names.begin(), names.end()};
  std::vector<std::string> numbers;
  for (std::int64_t i = 0; i <= largest; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

ImageRows::ImageRows(const ImageTable& table, const std::vector<std::string>& classes)
    : table_(table), classes_(classes), images_(table.file_, table.image_), labels_(table.file_, table.label_) {}

std::optional<std::int32_t> ImageRows::class_of(const ParquetValue& value) const {
  if (table_.naming_ != ImageTable::Naming::text) {
    if (value.integer < 0 || value.integer >= static_cast<std::int64_t>(classes_.size())) return {};
    return static_cast<std::int32_t>(value.integer);
  }
  const auto place = std::lower_bound(classes_.begin(), classes_.end(), value.bytes);
  if (place == classes_.end() || *place != value.bytes) return {};
  return static_cast<std::int32_t>(place - classes_.begin());
}

std::optional<ImageRow> ImageRows::next() {
  const bool more = images_.next();
  if (labels_.next() != more) throw Error("is damaged: its columns differ in length");
  if (!more) return {};
  ImageRow row;
  if (!images_.value()) {
    row.problem = "has no image, or only a path to one";
  } else if (!labels_.value()) {
    row.problem = "has no label";
  } else if (const auto label = class_of(*labels_.value())) {
    row.bytes = images_.value()->bytes;
    row.label = *label;
  } else if (labels_.value()->integer < 0) {
    row.problem = fmt::format("has the label {}, which stands for none", labels_.value()->integer);
  } else {
    row.problem = fmt::format("has a label that is none of the {} classes", classes_.size());
  }
  return row;
}

}  // namespace ersatz::data
