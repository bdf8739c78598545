#include "data/import/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace {

constexpr char kLabelHint[] =
    "file names as CIFAKE's (\"0000 (2).jpg\": the number in parentheses, 1 to 10, is the class) or class folders "
    "(train/REAL/cat/7.png) give the label";

/// "train/REAL/0000 (2).jpg": the path as messages show it.
std::string full_path(const PlannedSplit& split, const PlannedFile& file) { return split.folder + "/" + file.name; }

/// The path of a file that lies in a class folder, or (not `foldered`) that does not; empty when there is none.
std::string find_file(const Layout& layout, bool foldered) {
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      if (has_folder(file.name) == foldered) return full_path(split, file);
    }
  }
  return {};
}

void label_by_name(Layout& layout, const std::filesystem::path& path) {
  layout.classes = cifar10_classes();
  for (PlannedSplit& split : layout.splits) {
    for (PlannedFile& file : split.files) {
      const auto label = cifake_label(file.name);
      if (!label) {
        throw Error(fmt::format("{}: unknown label: {}", path.string(), full_path(split, file)), kLabelHint);
      }
      file.label = *label;
    }
  }
}

void label_by_folder(Layout& layout, const std::filesystem::path& path) {
  const auto classes_of = [](const PlannedSplit& split) {
    std::set<std::string> names;
    for (const PlannedFile& file : split.files) names.insert(first_component(file.name));
    return names;
  };
  std::set<std::string> all;
  for (const PlannedSplit& split : layout.splits) all.merge(classes_of(split));
  layout.classes.assign(all.begin(), all.end());
  for (PlannedSplit& split : layout.splits) {
    const std::set<std::string> own = classes_of(split);
    for (const std::string& name : layout.classes) {
      if (own.contains(name)) continue;
      throw Error(
          fmt::format("{}: {} has no class folder \"{}\", which others have", path.string(), split.folder, name),
          "all sources and splits must have the same classes");
    }
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

void label_files(Layout& layout, const std::filesystem::path& path) {
  const std::string flat = find_file(layout, false);
  if (flat.empty()) return label_by_folder(layout, path);
  if (const std::string foldered = find_file(layout, true); !foldered.empty()) {
    throw Error(
        fmt::format("{}: unknown label: {} lies in a class folder, but {} does not", path.string(), foldered, flat),
        kLabelHint);
  }
  label_by_name(layout, path);
}

}  // namespace ersatz::data
