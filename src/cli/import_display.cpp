#include "cli/import_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.hpp"

namespace ersatz::cli {
namespace {

/// A line that is erased again, however the import ends.
class ProgressLine {
 public:
  ~ProgressLine() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  void show(const data::ImportProgress& progress) {
    const std::string of = progress.total ? fmt::format(" of {}", format_count(*progress.total)) : std::string();
    fmt::print(stderr, "\r\033[Kreading {}: {}{} images", progress.path, format_count(progress.done), of);
    std::fflush(stderr);
    shown_ = true;
  }

 private:
  bool shown_ = false;
};

}  // namespace

data::DataSet open_with_progress(const data::DataLocation& location, data::ImportOptions options) {
  ProgressLine line;
  if (::isatty(STDERR_FILENO) != 0) {
    options.on_progress = [&line](const data::ImportProgress& progress) { line.show(progress); };
  }
  return data::open_data_set(location, options);
}

}  // namespace ersatz::cli
