#include "audit/source_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/hash.hpp"
#include "data/store_format.hpp"
#include "data/visit_files.hpp"

namespace ersatz::audit {
namespace {

/// Metadata are as many as there are files where each has its own; the rest is counted together.
constexpr std::size_t kMostKinds = 50;

void count(std::map<std::string, std::size_t>& counts, const std::string& what) {
  const bool is_full = counts.size() >= kMostKinds && !counts.contains(what);
  ++counts[is_full ? "others" : what];
}

std::string_view channels_name(int channels) {
  switch (channels) {
    case 1: return "grey";
    case 2: return "grey with alpha";
    case 4: return "with alpha";
    default: return "colour";
  }
}

}  // namespace

std::string describe(const Encoding& encoding) {
  std::string text(format_name(encoding.format));
  if (encoding.format == Format::jpeg) {
    text += encoding.quality > 0 ? fmt::format(", quality {}", encoding.quality)
                                 : fmt::format(", tables of its own (mean divisor {:.1f})", encoding.mean_divisor);
    if (encoding.channels == 1) text += ", grey";
    if (encoding.channels == 4) text += ", four inks";
    if (encoding.channels == 3) text += fmt::format(", {}", chroma_name(encoding.chroma));
    if (encoding.progressive) text += ", progressive";
  } else if (encoding.format == Format::png) {
    text += fmt::format(", {}", encoding.palette ? "palette" : channels_name(encoding.channels));
  } else if (encoding.format == Format::webp) {
    text += encoding.lossless ? ", without loss" : ", with loss";
  }
  return text;
}

std::vector<SourceFiles> read_source_files(const data::DataSet& set, const data::DataLocation& location,
                                           Encodings& wanted) {
  std::vector<SourceFiles> all;
  for (const data::Source& source : set.sources) all.emplace_back().source = source.name;
  // Files that were left out, such as broken ones, are no part of the data.
  std::vector<std::unordered_set<std::uint64_t>> known(all.size());
  for (std::size_t s = 0; s < all.size(); ++s) {
    for (const data::Split split : {data::Split::train, data::Split::test}) {
      const data::ImageStore* store = set.sources[s].split(split);
      if (store == nullptr) continue;
      (split == data::Split::train ? all[s].training : all[s].testing) = store->size();
      for (std::size_t i = 0; i < store->size(); ++i) known[s].insert(store->file_hash(i));
    }
  }
  std::vector<double> bytes(all.size()), pixels(all.size());
  data::visit_image_files(location, [&](const std::string& name, std::string_view file) {
    const auto found = std::ranges::find(all, name, &SourceFiles::source);
    if (found == all.end()) return;
    const auto s = static_cast<std::size_t>(found - all.begin());
    const std::uint64_t hash = data::short_hash(sha256(file));
    if (!known[s].contains(hash)) return;
    Encoding encoding = encoding_of(file);
    SourceFiles& files = *found;
    ++files.files;
    count(files.encodings, describe(encoding));
    ++files.sizes[{encoding.width, encoding.height}];
    for (const std::string& note : encoding.notes) count(files.notes, note);
    const double area = static_cast<double>(encoding.width) * encoding.height;
    if (area > 0) bytes[s] += static_cast<double>(file.size());
    pixels[s] += area;
    const auto asked = wanted.find(hash);
    if (asked != wanted.end()) asked->second = std::move(encoding);
  });
  for (std::size_t s = 0; s < all.size(); ++s) all[s].bytes_per_pixel = pixels[s] > 0 ? bytes[s] / pixels[s] : 0;
  return all;
}

void append_encoder_values(const Encoding& encoding, std::vector<float>& values) {
  const auto add = [&](double value) { values.push_back(static_cast<float>(value)); };
  for (std::size_t f = 0; f < kFormats; ++f) add(static_cast<std::size_t>(encoding.format) == f ? 1 : 0);
  for (std::size_t c = 0; c < 5; ++c) add(static_cast<std::size_t>(encoding.chroma) == c ? 1 : 0);
  for (int c = 0; c < 5; ++c) add(encoding.channels == c ? 1 : 0);
  add(encoding.quality / 100.0);
  add(encoding.format == Format::jpeg && encoding.quality == 0 ? 1 : 0);
  add(std::log1p(encoding.mean_divisor));
  add(encoding.progressive ? 1 : 0);
  add(encoding.palette ? 1 : 0);
  add(encoding.lossless ? 1 : 0);
  add(std::log2(1.0 + encoding.width));
  add(std::log2(1.0 + encoding.height));
}

std::vector<std::string> frequent_notes(const Encodings& encodings) {
  constexpr std::size_t kMost = 32;
  std::map<std::string, std::size_t> counts;
  for (const auto& [hash, encoding] : encodings) {
    for (const std::string& note : encoding.notes) ++counts[note];
  }
  std::vector<std::string> notes;
  for (const auto& [note, number] : counts) notes.push_back(note);
  std::ranges::stable_sort(notes, std::ranges::greater(), [&](const std::string& note) { return counts[note]; });
  if (notes.size() > kMost) notes.resize(kMost);
  return notes;
}

void append_metadata_values(const Encoding& encoding, const std::vector<std::string>& kinds,
                            std::vector<float>& values) {
  for (const std::string& kind : kinds) {
    values.push_back(std::ranges::find(encoding.notes, kind) != encoding.notes.end() ? 1.0F : 0.0F);
  }
  values.push_back(0);  // a file without any has a row as well
}

}  // namespace ersatz::audit
