#include "cli/import_display.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {
namespace {

std::string progress_text(const data::ImportProgress& progress) {
  const std::string of = progress.total ? fmt::format(" of {}", format_count(*progress.total)) : std::string();
  return fmt::format("reading {}: {}{} images", progress.path, format_count(progress.done), of);
}

}  // namespace

data::ImageShape parse_size(const std::string& text) {
  const auto side = [&](std::string_view part) {
    int pixels = 0;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), pixels);
    if (code != std::errc() || end != part.data() + part.size() || pixels < 1 || pixels > data::kLargestSide) {
      throw Error(fmt::format("--size {} is no size", text),
                  fmt::format("write --size 64, or height x width as in --size 48x64, up to {}", data::kLargestSide));
    }
    return pixels;
  };
  const std::string_view all = text;
  const std::size_t x = all.find('x');
  if (x == std::string_view::npos) return {side(all), side(all)};
  return {side(all.substr(0, x)), side(all.substr(x + 1))};
}

data::DataSet open_with_progress(const data::DataLocation& location, data::ImportOptions options) {
  ProgressLine line(stderr);
  if (is_terminal(stderr)) {
    options.on_progress = [&line](const data::ImportProgress& progress) {
      const bool known = progress.total && *progress.total > 0;
      line.show(progress_text(progress),
                known ? std::optional(static_cast<double>(progress.done) / static_cast<double>(*progress.total))
                      : std::nullopt);
    };
  }
  return data::open_data_set(location, options);
}

}  // namespace ersatz::cli
