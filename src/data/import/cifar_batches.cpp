#include "data/import/cifar_batches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/labels.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

constexpr ImageShape kShape{32, 32};
constexpr std::size_t kRecord = 1 + 32 * 32 * 3;

class CifarBatch : public OpenFile {
 public:
  CifarBatch(std::string_view bytes, std::size_t classes, const ImageForm& form)
      : bytes_(bytes), classes_(classes), form_(form) {}

  DecodedImage decode(std::size_t i, std::uint8_t* pixels) override {
    constexpr std::size_t kPlane = 32 * 32;
    const std::string_view record = bytes_.substr(i * kRecord, kRecord);
    const auto* planes = reinterpret_cast<const std::uint8_t*>(record.data()) + 1;
    const MadeImage made = make_image(kShape, form_, pixels, [&](std::uint8_t* to) {
      for (std::size_t p = 0; p < kPlane; ++p) {
        for (std::size_t c = 0; c < 3; ++c) to[3 * p + c] = planes[c * kPlane + p];
      }
    });
    const auto label = static_cast<std::uint8_t>(record[0]);
    if (label >= classes_) {
      throw Error(fmt::format("unknown label: record {} says class {}, but there are {}", i, label, classes_),
                  "batches.meta.txt beside the batches names the classes");
    }
    return {label, record, made};
  }

 private:
  std::string_view bytes_;
  std::size_t classes_;
  const ImageForm& form_;
};

class CifarReader : public FileReader {
 public:
  explicit CifarReader(std::size_t classes) : classes_(classes) {}

  ImageShape image_size(std::string_view) const override { return kShape; }
  std::unique_ptr<OpenFile> open(const PlannedFile&, std::string_view bytes, const ImageForm& form) const override {
    return std::make_unique<CifarBatch>(bytes, classes_, form);
  }
  bool may_skip() const override { return false; }
  const char* broken_hint() const override { return "download CIFAR-10's binary version again"; }

 private:
  std::size_t classes_;
};

struct Place {
  std::string folder, name;
};

Place place_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::optional<Split> batch_split(const std::string& name) {
  if (name == "test_batch.bin") return Split::test;
  if (name.starts_with("data_batch_") && name.ends_with(".bin")) return Split::train;
  return {};
}

std::vector<std::string> read_class_names(const Container& container, std::size_t file) {
  std::vector<bool> wanted(container.files().size(), false);
  wanted[file] = true;
  std::vector<std::string> names;
  container.read(wanted, [&](std::size_t, const FileContent& content) { names = lines_of(content.bytes); });
  return names;
}

}  // namespace

bool holds_cifar_batches(const Container& container) {
  return std::any_of(container.files().begin(), container.files().end(), [](const ContainerFile& file) {
    return !is_hidden(file.path) && batch_split(place_of(file.path).name).has_value();
  });
}

Layout cifar_batches_layout(const Container& container, const std::filesystem::path& path,
                            const std::optional<std::string>& source) {
  if (!source) {
    throw NamesNoSource(fmt::format("{} holds CIFAR-10's binary batches, which name no source", path.string()),
                        "give it to a source in the study file: [data.sources] CIFAR10 = \"...\"");
  }
  Layout layout;
  PlannedSplit train{*source, Split::train, {}, {}};
  PlannedSplit test{*source, Split::test, {}, {}};
  std::optional<std::string> folder;
  std::size_t others = 0;
  std::string other;
  const auto& files = container.files();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Place place = place_of(files[i].path);
    const auto split = batch_split(place.name);
    if (!split || is_hidden(files[i].path)) {
      if (place.name == "batches.meta.txt" && !is_hidden(files[i].path)) {
        layout.classes = read_class_names(container, i);
      } else if (++others == 1 && is_utf8(files[i].path)) {
        other = files[i].path;
      }
      continue;
    }
    if (folder.value_or(place.folder) != place.folder) {
      throw Error(fmt::format("{} holds CIFAR-10 batches in two folders, \"{}\" and \"{}\"", path.string(), *folder,
                              place.folder));
    }
    folder = place.folder;
    if (files[i].size == 0 || files[i].size % kRecord != 0) {
      throw Error(fmt::format("{}: {} has {} bytes, not a multiple of {}: it is cut short or not a CIFAR-10 batch",
                              path.string(), files[i].path, files[i].size, kRecord),
                  "download CIFAR-10's binary version again");
    }
    PlannedSplit& planned = *split == Split::train ? train : test;
    planned.files.push_back({i, place.name, 0, files[i].size / kRecord});
  }
  constexpr std::size_t kTrainingBatches = 5;
  if (const std::size_t there = train.files.size(); there > 0 && there < kTrainingBatches) {
    layout.notes.push_back(
        fmt::format("{} holds {} of CIFAR-10's {} training batches", path.string(), there, kTrainingBatches));
  }
  if (layout.classes.empty()) layout.classes = cifar10_classes();
  layout.reader = std::make_shared<const CifarReader>(layout.classes.size());
  if (others > 0) layout.ignored.push_back({"not a CIFAR-10 batch", other, others});
  for (PlannedSplit* split : {&train, &test}) {
    if (split->files.empty()) continue;
    split->folder = *folder;
    std::sort(split->files.begin(), split->files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    layout.splits.push_back(std::move(*split));
  }
  return layout;
}

}  // namespace ersatz::data
