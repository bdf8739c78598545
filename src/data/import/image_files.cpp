#include "data/import/image_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/label_table.hpp"
#include "data/import/labels.hpp"
#include "data/import/paths.hpp"
#include "data/import/split_folders.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

constexpr char kLayoutHint[] =
    "ersatz looks for train/SOURCE/CLASS/7.png and test/SOURCE/CLASS/8.png, or, for one source, CLASS/7.png; "
    "docs/data.md has all layouts";

class SingleImage : public OpenFile {
 public:
  SingleImage(const PlannedFile& file, std::string_view bytes, const ImageForm& form)
      : label_(file.label), bytes_(bytes), form_(form) {}

  DecodedImage decode(std::size_t, std::uint8_t* pixels) override {
    return {label_, bytes_, make_image(bytes_, form_, pixels)};
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
  bool decodes_image_files() const override { return true; }
  bool may_skip() const override { return true; }
  const char* broken_hint() const override { return "--skip-broken leaves out images that cannot be read"; }
};

/// The images of a container, in its order.
std::vector<ListedImage> list_images(const Container& container, const std::filesystem::path& path) {
  std::vector<ListedImage> images;
  const auto& files = container.files();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& name = files[i].path;
    if (is_hidden(name) || !has_image_ending(name)) continue;
    if (!is_utf8(name)) {
      throw Error(fmt::format("{}: the name of an image is not UTF-8: {}", path.string(), printable(name)),
                  "rename the file");
    }
    images.push_back({i, name});
  }
  if (images.empty()) {
    throw Error(fmt::format("{} holds no images (.jpg, .png, .webp, .gif or .bmp)", path.string()), kLayoutHint);
  }
  return images;
}

void count_other_files(const Container& container, const ImageFacts& facts, IgnoredList& ignored) {
  const auto& files = container.files();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_hidden(files[i].path)) {
      ignored.add("hidden or made by the operating system", files[i].path);
    } else if (!has_image_ending(files[i].path) && !facts.is_table[i]) {
      ignored.add("not an image file", files[i].path);
    }
  }
}

/// An image whose split is known: what is left of its path then.
struct PlacedImage {
  std::size_t file = 0;
  std::optional<Split> split;
  std::string folder;  ///< of the split, with "/" at its end or empty
  std::string rest;    ///< "REAL/cat/7.png"
  const TableEntry* facts = nullptr;
};

/// Puts each image into its split; those of none are counted.
class Placing {
 public:
  Placing(const std::vector<ListedImage>& listed, const std::filesystem::path& path, const ImageFacts& facts, bool own,
          IgnoredList& ignored)
      : facts_(facts), ignored_(ignored) {
    if (!facts.splits) place_ = find_split_place(listed, path);
    const std::size_t levels = (facts.labels ? 0 : 1) + (own ? 0 : 1);
    if (!place_) common_ = common_folder(listed, levels);
    const bool test = std::any_of(facts.of.begin(), facts.of.end(),
                                  [](const auto& entry) { return entry && entry->split == NamedSplit::test; });
    for (std::size_t i = 0; i < listed.size(); ++i) add(listed[i], facts.of[i], test);
  }

  std::vector<PlacedImage> images;

  /// "train/ and test/", in words.
  std::string text() const {
    if (facts_.splits) return "splits from " + join_words(facts_.tables);
    if (!place_) return "no split";
    std::vector<std::string> folders;
    for (const auto& [split, name] : place_->of) folders.push_back(name + "/");
    return join_words(folders);
  }

 private:
  void add(const ListedImage& image, const std::optional<TableEntry>& entry, bool test_in_table) {
    PlacedImage placed{image.file, {}, common_, {}, entry ? &*entry : nullptr};
    if (facts_.labels && !(entry && entry->label))
      return ignored_.add("an image that no table gives a class", image.path);
    if (facts_.splits) {
      if (!entry || !entry->split) return ignored_.add("an image that no table gives a split", image.path);
      const NamedSplit split = *entry->split;
      if (split == NamedSplit::validation && test_in_table) {
        return ignored_.add("for validation, beside others for testing", image.path);
      }
      placed.split = split == NamedSplit::train ? Split::train : Split::test;
    } else if (place_) {
      const auto is_in = [&](const std::string& folder) {
        return image.path.starts_with(place_->prefix + folder + "/");
      };
      for (const auto& [split, folder] : place_->of) {
        if (!is_in(folder)) continue;
        placed.split = split;
        placed.folder = place_->prefix + folder + "/";
      }
      if (!placed.split) {
        const bool spare = !place_->unused.empty() && is_in(place_->unused);
        return ignored_.add(spare ? "for validation, beside others for testing" : "an image outside train/ and test/",
                            image.path);
      }
    }
    placed.rest = image.path.substr(placed.folder.size());
    images.push_back(std::move(placed));
  }

  const ImageFacts& facts_;
  IgnoredList& ignored_;
  std::optional<SplitPlace> place_;
  std::string common_;
};

/// A source's own container either has a folder of its name, or is all of that source.
bool is_all_of(const std::string& source, const std::vector<PlacedImage>& images, bool needs_class_folder) {
  return std::none_of(images.begin(), images.end(), [&](const PlacedImage& one) {
    if (!has_folder(one.rest) || first_component(one.rest) != source) return false;
    // Without a split, a folder of that name may also be a class.
    return one.split || !needs_class_folder || has_folder(one.rest.substr(source.size() + 1));
  });
}

void require_distinct_names(const PlannedSplit& split, const std::filesystem::path& path) {
  const auto twice = std::adjacent_find(split.files.begin(), split.files.end(),
                                        [](const auto& a, const auto& b) { return a.name == b.name; });
  if (twice == split.files.end()) return;
  throw Error(fmt::format("{} holds two files called {}/{}", path.string(), split.folder, twice->name));
}

std::string without_slash(std::string folder) {
  if (folder.ends_with('/')) folder.pop_back();
  return folder;
}

}  // namespace

Layout image_files_layout(const Container& container, const std::filesystem::path& path,
                          const std::optional<std::string>& source, const Reading& reading) {
  const std::vector<ListedImage> listed = list_images(container, path);
  const std::string* group = reading.group.find(source);
  const ImageFacts facts =
      read_image_facts(container, path, listed, reading, group == nullptr ? std::string() : *group);
  IgnoredList ignored;
  count_other_files(container, facts, ignored);
  const Placing placing(listed, path, facts, source.has_value(), ignored);
  const bool own = source && is_all_of(*source, placing.images, !facts.labels);

  using Key = std::pair<std::string, std::optional<Split>>;
  std::map<Key, PlannedSplit> splits;
  std::vector<const TableEntry*> facts_of(container.files().size(), nullptr);
  for (const PlacedImage& one : placing.images) {
    std::string name = one.rest;
    std::string from = source.value_or("");
    if (!own) {
      if (!has_folder(name)) {
        const std::string& file = container.files()[one.file].path;
        throw NamesNoSource(fmt::format("{}: {} is not in a source's folder", path.string(), file), kLayoutHint);
      }
      from = first_component(name);
      name = name.substr(from.size() + 1);
      if (source && from != *source) {
        ignored.add(fmt::format("not of the source {}", *source), container.files()[one.file].path);
        continue;
      }
    }
    PlannedSplit& split = splits[{from, one.split}];
    split.source = from;
    split.split = one.split;
    split.folder = without_slash(one.folder + (own ? "" : from));
    facts_of[one.file] = one.facts;
    PlannedFile planned{one.file, std::move(name), 0, 1};
    if (one.facts != nullptr && !one.facts->group.value_or("").empty())
      planned.group = short_hash(sha256(*one.facts->group));
    split.files.push_back(std::move(planned));
  }
  if (splits.empty()) throw Error(fmt::format("{}: none of its images is in a split", path.string()), kLayoutHint);

  Layout layout;
  layout.reader = std::make_shared<const ImageFileReader>();
  std::vector<std::vector<std::string>> classes;  // where a table gives them
  for (auto& [key, split] : splits) {
    std::sort(split.files.begin(), split.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    require_distinct_names(split, path);
    auto& names = classes.emplace_back();
    if (facts.labels) {
      for (const PlannedFile& file : split.files) names.push_back(*facts_of[file.file]->label);
    }
    layout.splits.push_back(std::move(split));
  }
  std::string labels = "classes from " + join_words(facts.tables);
  if (facts.labels) {
    label_by_names(layout, classes);
  } else {
    labels = label_files(layout, path, own);
  }
  if (facts.rows_without_image > 0) {
    layout.ignored.push_back({fmt::format("rows of {} without an image", join_words(facts.tables)),
                              facts.row_without_image, facts.rows_without_image});
  }
  for (const IgnoredFiles& files : ignored.list()) layout.ignored.push_back(files);
  const std::string folders = own ? "" : "a folder for each source, ";
  layout.taken_for = facts.splits && facts.labels ? fmt::format("{}splits and {}", folders, labels)
                                                  : fmt::format("{}, {}{}", placing.text(), folders, labels);
  return layout;
}

}  // namespace ersatz::data
