#include "data/import/broken_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.hpp"

namespace ersatz::data {
namespace {

/// The images that cannot be read for one reason.
struct Group {
  const SkippedFile* first;
  std::size_t count;
};

std::vector<Group> by_reason(const std::vector<SkippedFile>& broken) {
  std::vector<Group> groups;
  std::map<std::string_view, std::size_t> places;  // a damaged set of millions may have as many reasons
  for (const SkippedFile& file : broken) {
    const auto [place, is_new] = places.emplace(file.reason, groups.size());
    if (is_new) groups.push_back({&file, 0});
    ++groups[place->second].count;
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.count > b.count; });
  return groups;
}

}  // namespace

Error broken_images(const std::filesystem::path& path, const std::vector<SkippedFile>& broken, std::size_t total,
                    const std::string& hint) {
  constexpr std::size_t kShown = 8;
  const SkippedFile& first = broken.front();
  const std::string what_to_do = first.hint.empty() ? hint : fmt::format("{}; {}", first.hint, hint);
  if (broken.size() == 1) {
    return Error(fmt::format("{}: {}: {}", path.string(), first.path, first.reason), what_to_do);
  }
  const std::vector<Group> groups = by_reason(broken);
  std::string text = fmt::format("{}: {} of {} images cannot be read", path.string(), format_count(broken.size()),
                                 format_count(total));
  for (std::size_t i = 0; i < std::min(kShown, groups.size()); ++i) {
    const std::string others =
        groups[i].count == 1 ? "" : fmt::format(" (and {} more)", format_count(groups[i].count - 1));
    text += fmt::format("\n  {}: {}{}", groups[i].first->path, groups[i].first->reason, others);
  }
  if (groups.size() > kShown) text += fmt::format("\n  ... for {} other reasons", groups.size() - kShown);
  return Error(text, what_to_do);
}

}  // namespace ersatz::data
