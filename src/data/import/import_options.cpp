#include "data/import/import_options.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ersatz::data {

void RemarkCounts::add(const Remarks& remarks) {
  turned += remarks.turned ? 1 : 0;
  over_white += remarks.over_white ? 1 : 0;
  cmyk += remarks.cmyk ? 1 : 0;
  animated += remarks.animated ? 1 : 0;
}

void RemarkCounts::add(const RemarkCounts& others) {
  turned += others.turned;
  over_white += others.over_white;
  cmyk += others.cmyk;
  animated += others.animated;
}

std::vector<std::string> RemarkCounts::sentences() const {
  std::vector<std::string> all;
  const auto say = [&](std::size_t count, const char* one, const char* several) {
    if (count == 1) all.push_back(fmt::format("1 image {}", one));
    if (count > 1) all.push_back(fmt::format("{} images {}", format_count(count), several));
  };
  say(turned, "was turned as its EXIF orientation says", "were turned as their EXIF orientation says");
  say(over_white, "is partly transparent and was laid over white", "are partly transparent and were laid over white");
  say(cmyk, "was made RGB from CMYK, without a colour profile", "were made RGB from CMYK, without a colour profile");
  say(animated, "is animated: its first frame was taken", "are animated: their first frames were taken");
  return all;
}

}  // namespace ersatz::data
