#include "data/import/size_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "data/import/image_maker.hpp"
#include "data/import/visit_images.hpp"

namespace ersatz::data {

SizeCounts count_sizes(const Container& container, const Layout& layout) {
  SizeTeller sizes(*layout.reader);
  SizeCounts counts;
  visit_images(container, layout, [&](const PlannedSplit&, std::string_view image) {
    try {
      const ImageShape shape = sizes.size(image);
      ++counts[{shape.width, shape.height}];
    } catch (const NoChildProcess&) {
      throw;
    } catch (const Error&) {
      // One that cannot be read has no size; it is named when the rest fits.
    }
  });
  return counts;
}

std::string describe(const SizeCounts& counts) {
  constexpr std::size_t kShown = 4;
  std::vector<std::pair<std::size_t, std::pair<int, int>>> sizes;
  for (const auto& [size, count] : counts) sizes.emplace_back(count, size);
  std::stable_sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(kShown, sizes.size()); ++i) {
    const auto& [count, size] = sizes[i];
    const std::string text = fmt::format("{} x {}", size.first, size.second);
    parts.push_back(sizes.size() == 1 ? text : fmt::format("{} ({})", text, format_count(count)));
  }
  if (sizes.size() > kShown) parts.push_back(fmt::format("{} others", format_count(sizes.size() - kShown)));
  return join_words(parts);
}

Error several_sizes(const Container& container, const std::filesystem::path& path, const Layout& layout) {
  return Error(
      fmt::format("{} holds images of several sizes: {}", path.string(), describe(count_sizes(container, layout))),
      "choose one: size = 64 in the study's [data] section, or --size 64");
}

}  // namespace ersatz::data
