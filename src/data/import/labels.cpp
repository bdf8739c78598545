#include "data/import/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kShownNames = 6;

constexpr char kLabelHint[] =
    "file names as CIFAKE's (\"0000 (2).jpg\": the number in parentheses, 1 to 10, is the class), class folders "
    "(train/REAL/cat/7.png) or a table (labels = \"labels.csv\" under [data]) give the label";

/// "train/REAL/0000 (2).jpg": the path as messages show it.
std::string full_path(const PlannedSplit& split, const PlannedFile& file) {
  return split.folder.empty() ? file.name : split.folder + "/" + file.name;
}

/// The path of a file that lies in a class folder, or (not `foldered`) that does not; empty when there is none.
std::string find_file(const Layout& layout, bool foldered) {
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      if (has_folder(file.name) == foldered) return full_path(split, file);
    }
  }
  return {};
}

/// The folders that stand where sources are expected, without those that are there twice.
std::vector<std::string> source_folders(const Layout& layout) {
  std::set<std::string> names;
  for (const PlannedSplit& split : layout.splits) names.insert(split.source);
  return {names.begin(), names.end()};
}

bool is_cifar10_class(const std::string& name) {
  return std::ranges::find(cifar10_classes(), lower_ascii(name)) != cifar10_classes().end();
}

/// Why the file names are not taken for CIFAKE's; empty when they are. A name like "000.jpg" would be an airplane, so
/// the naming is believed only where it fits as a whole.
std::string why_not_cifake(const Layout& layout) {
  std::map<std::string, std::set<std::int32_t>> labels;
  for (const PlannedSplit& split : layout.splits) {
    auto& found = labels[split.source];
    for (const PlannedFile& file : split.files) {
      if (const auto label = cifake_label(file.name)) found.insert(*label);
    }
  }
  for (const auto& [source, found] : labels) {
    if (is_cifar10_class(source)) return fmt::format("{} is the name of a class", source);
    if (found.empty()) return fmt::format("no file of {} is", source);
    if (found.size() == 1) return fmt::format("all images of {} would be of one class", source);
    if (found.size() < cifar10_classes().size()) {
      return fmt::format("only {} of its 10 classes occur in {}", found.size(), source);
    }
  }
  return {};
}

[[noreturn]] void refuse_names(const Layout& layout, const std::filesystem::path& path, bool own,
                               const std::string& example, const std::string& why) {
  if (own) {
    throw Error(fmt::format("{}: unknown label: {} is in no class folder, and its name is not taken for one of "
                            "CIFAKE's: {}",
                            path.string(), example, why),
                kLabelHint);
  }
  const std::vector<std::string> folders = source_folders(layout);
  throw NamesNoSource(
      fmt::format("{}: {} can be read in two ways: with {} as {}, whose files are named like CIFAKE's (but {}), or as "
                  "the {} of one source",
                  path.string(), example, join_first_words(folders, kShownNames),
                  folders.size() == 1 ? "a source" : "sources", why, folders.size() == 1 ? "class" : "classes"),
      fmt::format("for classes, name the source in the study file: [data.sources] photos = \"{}\"; for sources, put "
                  "their images into class folders: train/{}/cat/7.png",
                  path.string(), folders.front()));
}

void label_by_name(Layout& layout, const std::filesystem::path& path) {
  layout.classes = cifar10_classes();
  for (PlannedSplit& split : layout.splits) {
    for (PlannedFile& file : split.files) {
      const auto label = cifake_label(file.name);
      if (!label) throw Error(fmt::format("{}: unknown label: {}", path.string(), full_path(split, file)), kLabelHint);
      file.label = *label;
    }
  }
}

/// What all class folders hold when that looks like classes: the same folders, two or more, and no image beside them.
/// Empty otherwise.
std::vector<std::string> folders_below_classes(const Layout& layout) {
  std::map<std::string, std::set<std::string>> below;
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      const std::string name = first_component(file.name);
      const std::string rest = file.name.substr(name.size() + 1);
      if (!has_folder(rest)) return {};
      below[name].insert(first_component(rest));
    }
  }
  const std::set<std::string>& first = below.begin()->second;
  const bool same = std::ranges::all_of(below, [&](const auto& one) { return one.second == first; });
  if (below.size() < 2 || first.size() < 2 || !same) return {};
  return {first.begin(), first.end()};
}

void label_by_folder(Layout& layout) {
  if (const auto below = folders_below_classes(layout); !below.empty()) {
    layout.notes.push_back(
        fmt::format("each class folder holds the folders {}: are these the classes? Then give the "
                    "folder above them",
                    join_first_words(below, kShownNames)));
  }
  std::set<std::string> all;
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) all.insert(first_component(file.name));
  }
  layout.classes.assign(all.begin(), all.end());
  for (PlannedSplit& split : layout.splits) {
    for (PlannedFile& file : split.files) {
      const auto place = std::lower_bound(layout.classes.begin(), layout.classes.end(), first_component(file.name));
      file.label = static_cast<std::int32_t>(place - layout.classes.begin());
    }
  }
}

}  // namespace

const std::vector<std::string>& cifar10_classes() {
  static const std::vector<std::string> names{"airplane", "automobile", "bird",  "cat",  "deer",
                                              "dog",      "frog",       "horse", "ship", "truck"};
  return names;
}

std::optional<std::int32_t> cifake_label(std::string_view name) {
  const auto digits = [&name] {
    const std::size_t count = std::min(name.find_first_not_of("0123456789"), name.size());
    const std::string_view taken = name.substr(0, count);
    name.remove_prefix(count);
    return taken;
  };
  if (digits().empty()) return {};
  std::int32_t number = 1;
  if (name.starts_with(' ')) name.remove_prefix(1);
  if (name.starts_with('(')) {
    name.remove_prefix(1);
    const std::string_view text = digits();
    if (text.empty() || text.size() > 2 || !name.starts_with(')')) return {};
    name.remove_prefix(1);
    number = std::stoi(std::string(text));
  }
  if (number < 1 || number > 10 || !name.starts_with('.') || name.find('.', 1) != std::string_view::npos) return {};
  return number - 1;
}

std::string label_files(Layout& layout, const std::filesystem::path& path, bool own) {
  const std::string flat = find_file(layout, false);
  if (flat.empty()) {
    label_by_folder(layout);
    return "class folders";
  }
  if (const std::string foldered = find_file(layout, true); !foldered.empty()) {
    throw Error(
        fmt::format("{}: unknown label: {} lies in a class folder, but {} does not", path.string(), foldered, flat),
        kLabelHint);
  }
  if (const std::string why = why_not_cifake(layout); !why.empty()) refuse_names(layout, path, own, flat, why);
  label_by_name(layout, path);
  return "files named like CIFAKE's";
}

void label_by_names(Layout& layout, const std::vector<std::vector<std::string>>& names) {
  std::set<std::string> all;
  for (const auto& split : names) all.insert(split.begin(), split.end());
  layout.classes.assign(all.begin(), all.end());
  const auto is_number = [](const std::string& name) {
    return !name.empty() && name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos;
  };
  if (std::ranges::all_of(layout.classes, is_number)) {
    std::ranges::sort(layout.classes, {}, [](const std::string& name) { return std::pair(std::stoi(name), name); });
  }
  std::map<std::string, std::int32_t> label;
  for (std::size_t k = 0; k < layout.classes.size(); ++k) label[layout.classes[k]] = static_cast<std::int32_t>(k);
  for (std::size_t s = 0; s < names.size(); ++s) {
    for (std::size_t i = 0; i < names[s].size(); ++i) layout.splits[s].files[i].label = label.at(names[s][i]);
  }
}

}  // namespace ersatz::data
