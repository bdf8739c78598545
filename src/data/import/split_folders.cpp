#include "data/import/split_folders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/import/labels.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

/// Calls visit(prefix, name, split) for every folder in `path` that is called like a split.
template <typename Visit>
void for_each_split_folder(const std::string& path, Visit visit) {
  for (std::size_t at = 0, slash = 0; (slash = path.find('/', at)) != std::string::npos; at = slash + 1) {
    const auto name = std::string_view(path).substr(at, slash - at);
    if (const auto split = folder_split(name)) visit(path.substr(0, at), name, *split);
  }
}

using Names = std::map<NamedSplit, std::set<std::string>>;  ///< the folders that name each split

bool is_two(const Names& names) {
  return names.contains(NamedSplit::train) &&
         (names.contains(NamedSplit::test) || names.contains(NamedSplit::validation));
}

/// Whether the only folder below `prefix` that is called like a split is a class: its images lie directly in it, as
/// those of the folders beside it do, and are not called as CIFAKE's.
bool is_class_among_classes(const std::vector<ListedImage>& images, const std::string& prefix) {
  std::set<std::string> beside;
  for (const ListedImage& image : images) {
    if (!image.path.starts_with(prefix)) continue;
    const std::string rest = image.path.substr(prefix.size());
    if (std::count(rest.begin(), rest.end(), '/') != 1) return false;
    if (folder_split(first_component(rest)) && cifake_label(rest.substr(rest.find('/') + 1)).value_or(0) > 0)
      return false;
    beside.insert(first_component(rest));
  }
  return beside.size() > 1;
}

/// Kaggle's archives repeat the folder of a split: "seg_train/seg_train/cat/1.jpg". `folder` with the inner ones, where
/// all of its images lie in a folder of the same split, and there in folders.
std::string innermost(std::string folder, NamedSplit split, const std::vector<ListedImage>& images,
                      const std::string& prefix) {
  while (true) {
    std::optional<std::string> inner;
    for (const ListedImage& image : images) {
      if (!image.path.starts_with(prefix + folder + "/")) continue;
      const std::string rest = image.path.substr(prefix.size() + folder.size() + 1);
      const std::string name = has_folder(rest) ? first_component(rest) : "";
      if (folder_split(name) != split || !has_folder(rest.substr(name.size() + 1))) return folder;
      if (inner && *inner != name) return folder;
      inner = name;
    }
    if (!inner) return folder;
    folder += "/" + *inner;
  }
}

}  // namespace

void IgnoredList::add(const std::string& reason, const std::string& path) {
  IgnoredFiles& entry = by_reason_[reason];
  entry.reason = reason;
  if (++entry.count == 1 && is_utf8(path)) entry.example = path;
}

std::vector<IgnoredFiles> IgnoredList::list() const {
  std::vector<IgnoredFiles> all;
  for (const auto& [reason, entry] : by_reason_) all.push_back(entry);
  return all;
}

std::optional<SplitPlace> find_split_place(const std::vector<ListedImage>& images, const std::filesystem::path& path) {
  std::map<std::string, Names> candidates;
  for (const ListedImage& image : images) {
    for_each_split_folder(image.path, [&](const std::string& prefix, std::string_view name, NamedSplit split) {
      candidates[prefix][split].emplace(name);
    });
  }
  if (candidates.empty()) return std::nullopt;
  const auto best = std::max_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const auto& candidate) {
      return std::pair(is_two(candidate.second), -static_cast<std::ptrdiff_t>(candidate.first.size()));
    };
    return rank(a) < rank(b);
  });
  const std::string& prefix = best->first;  // (no structured binding: Clang 14 captures none in a lambda)
  const Names& names = best->second;
  if (!is_two(names) && is_class_among_classes(images, prefix)) return std::nullopt;
  for (const ListedImage& image : images) {
    std::optional<std::string> other;
    bool inside = false;
    for_each_split_folder(image.path, [&](const std::string& at, std::string_view, NamedSplit) {
      inside = inside || at == prefix;
      other = at;
    });
    if (other && !inside) {
      throw Error(
          fmt::format("{} holds more than one data set: below \"{}\" and below \"{}\"", path.string(), prefix, *other),
          "unpack it and give the folder of one of them");
    }
  }
  SplitPlace place{prefix, {}, {}};
  for (const auto& [split, folders] : names) {
    if (folders.size() > 1) {
      throw Error(fmt::format("{} has two folders for one split: {}{} and {}{}", path.string(), prefix,
                              *folders.begin(), prefix, *std::next(folders.begin())),
                  "rename one of them");
    }
    const bool spare = split == NamedSplit::validation && names.contains(NamedSplit::test);
    if (spare) {
      place.unused = *folders.begin();
    } else {
      place.of[split == NamedSplit::train ? Split::train : Split::test] =
          innermost(*folders.begin(), split, images, prefix);
    }
  }
  return place;
}

std::string common_folder(const std::vector<ListedImage>& images, std::size_t levels) {
  std::string common = images.front().path.substr(0, images.front().path.rfind('/') + 1);
  const auto shorten = [&common] {
    const std::size_t slash = common.size() < 2 ? std::string::npos : common.rfind('/', common.size() - 2);
    common.resize(slash == std::string::npos ? 0 : slash + 1);
  };
  std::size_t deepest = 0;  // folders below `common`, of the image that has most
  for (const ListedImage& image : images) {
    while (!image.path.starts_with(common)) shorten();
  }
  for (const ListedImage& image : images) {
    const auto below =
        std::count(image.path.begin() + static_cast<std::ptrdiff_t>(common.size()), image.path.end(), '/');
    deepest = std::max(deepest, static_cast<std::size_t>(below));
  }
  // Where all lie in one class folder, that is no part of the way there.
  for (; deepest < levels && !common.empty(); ++deepest) shorten();
  return common;
}

}  // namespace ersatz::data
