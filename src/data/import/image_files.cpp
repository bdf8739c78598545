#include "data/import/image_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/labels.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

constexpr char kLayoutHint[] =
    "ersatz looks for train/SOURCE/... and test/SOURCE/..., for example train/REAL/0000 (2).jpg or "
    "train/REAL/cat/7.png";

class SingleImage : public OpenFile {
 public:
  SingleImage(const PlannedFile& file, std::string_view bytes, const ImageForm& form)
      : label_(file.label), bytes_(bytes), form_(form) {}

  DecodedImage decode(std::size_t, std::uint8_t* pixels) override {
    const Remarks remarks = make_image(bytes_, form_, pixels);
    return {label_, bytes_, remarks};
  }

 private:
  std::int32_t label_;
  std::string_view bytes_;
  const ImageForm& form_;
};

class ImageFileReader : public FileReader {
 public:
  ImageShape image_size(std::string_view bytes) const override { return data::image_size(bytes); }
  std::unique_ptr<OpenFile> open(const PlannedFile& file, std::string_view bytes,
                                 const ImageForm& form) const override {
    return std::make_unique<SingleImage>(file, bytes, form);
  }
  bool may_skip() const override { return true; }
  const char* broken_hint() const override { return "--skip-broken leaves out images that cannot be read"; }
};

/// An image file below train/ or test/: what follows the split's name.
struct Found {
  std::size_t file;
  Split split;
  std::string rest;  ///< "REAL/0000 (2).jpg"
};

class Ignored {
 public:
  void add(const std::string& reason, const std::string& path) {
    IgnoredFiles& entry = by_reason_[reason];
    entry.reason = reason;
    if (++entry.count == 1 && is_utf8(path)) entry.example = path;
  }
  std::vector<IgnoredFiles> list() const {
    std::vector<IgnoredFiles> all;
    for (const auto& [reason, entry] : by_reason_) all.push_back(entry);
    return all;
  }

 private:
  std::map<std::string, IgnoredFiles> by_reason_;
};

std::optional<Split> split_of(std::string_view component) {
  if (component == "train") return Split::train;
  if (component == "test") return Split::test;
  return {};
}

/// Calls visit(prefix, split) for every place in `path` where a folder is called train or test.
template <typename Visit>
void for_each_split_folder(const std::string& path, Visit visit) {
  for (std::size_t at = 0, slash = 0; (slash = path.find('/', at)) != std::string::npos; at = slash + 1) {
    const auto split = split_of(std::string_view(path).substr(at, slash - at));
    if (split) visit(path.substr(0, at), *split);
  }
}

/// The folder that holds train/ and test/ ("" or "DATASET/"). A class or an outer folder may be
/// called train too: the place with both splits wins, then the one nearest to the top.
std::string find_prefix(const std::vector<std::pair<std::size_t, std::string>>& images,
                        const std::filesystem::path& path) {
  std::map<std::string, std::set<Split>> candidates;
  for (const auto& [file, name] : images) {
    for_each_split_folder(name, [&](const std::string& prefix, Split split) { candidates[prefix].insert(split); });
  }
  if (candidates.empty()) {
    throw Error(fmt::format("{} has no images in folders called train or test", path.string()), kLayoutHint);
  }
  const auto best = std::max_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const auto& candidate) {
      return std::pair(candidate.second.size(), -static_cast<std::ptrdiff_t>(candidate.first.size()));
    };
    return rank(a) < rank(b);
  });
  for (const auto& [file, name] : images) {
    std::optional<std::string> other;
    bool inside = false;
    for_each_split_folder(name, [&](const std::string& prefix, Split) {
      inside = inside || prefix == best->first;
      other = prefix;
    });
    if (other && !inside) {
      throw Error(fmt::format("{} holds more than one data set: below \"{}\" and below \"{}\"", path.string(),
                              best->first, *other),
                  "unpack it and give the folder of one of them");
    }
  }
  return best->first;
}

}  // namespace

Layout image_files_layout(const Container& container, const std::filesystem::path& path,
                          const std::optional<std::string>& source) {
  const auto& files = container.files();
  Ignored ignored;
  std::vector<std::pair<std::size_t, std::string>> images;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& name = files[i].path;
    if (is_hidden(name)) {
      ignored.add("hidden or made by the operating system", name);
    } else if (!has_image_ending(name)) {
      ignored.add("not an image file", name);
    } else if (!is_utf8(name)) {
      throw Error(fmt::format("{}: the name of an image is not UTF-8: {}", path.string(), printable(name)),
                  "rename the file");
    } else {
      images.emplace_back(i, name);
    }
  }
  if (images.empty())
    throw Error(fmt::format("{} holds no images (.jpg, .png, .webp, .gif or .bmp)", path.string()), kLayoutHint);
  const std::string prefix = find_prefix(images, path);

  std::vector<Found> found;
  for (const auto& [file, name] : images) {
    const std::size_t slash = name.starts_with(prefix) ? name.find('/', prefix.size()) : std::string::npos;
    const auto split =
        slash == std::string::npos ? std::nullopt : split_of(name.substr(prefix.size(), slash - prefix.size()));
    if (split) {
      found.push_back({file, *split, name.substr(slash + 1)});
    } else {
      ignored.add("an image outside train/ and test/", name);
    }
  }

  // A source's own container either has a folder of its name, or is all of that source.
  const bool own = source && std::none_of(found.begin(), found.end(), [&](const Found& one) {
                     return has_folder(one.rest) && first_component(one.rest) == *source;
                   });
  std::map<std::pair<std::string, Split>, PlannedSplit> splits;
  for (const Found& one : found) {
    std::string name = one.rest;
    std::string from = source.value_or("");
    if (!own) {
      if (!has_folder(name)) {
        const std::string& file = files[one.file].path;
        throw Error(fmt::format("{}: {} is not in a source's folder", path.string(), file), kLayoutHint);
      }
      from = first_component(name);
      name = name.substr(from.size() + 1);
      if (source && from != *source) {
        ignored.add(fmt::format("not of the source {}", *source), files[one.file].path);
        continue;
      }
    }
    PlannedSplit& split = splits[{from, one.split}];
    if (split.files.empty()) {
      split.source = from;
      split.split = one.split;
      split.folder = prefix + std::string(split_name(one.split)) + (own ? "" : "/" + from);
    }
    split.files.push_back({one.file, std::move(name), 0, 1});
  }

  Layout layout;
  layout.reader = std::make_shared<const ImageFileReader>();
  layout.ignored = ignored.list();
  for (auto& [key, split] : splits) {
    std::sort(split.files.begin(), split.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto twice = std::adjacent_find(split.files.begin(), split.files.end(),
                                          [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != split.files.end()) {
      throw Error(fmt::format("{} holds two files called {}/{}", path.string(), split.folder, twice->name));
    }
    layout.splits.push_back(std::move(split));
  }
  label_files(layout, path, own);
  return layout;
}

}  // namespace ersatz::data
