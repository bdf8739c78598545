#include "cli/transfer_display.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/text.hpp"
#include "base/whole_number.hpp"

namespace ersatz::cli {

void TransferDisplay::show(const fetch::DownloadProgress& progress) {
  const Clock::time_point now = Clock::now();
  if (!begun_) {
    begun_ = true;
    start_ = last_ = now;
    at_start_ = progress.done;  // what an earlier call fetched does not count for the speed
    return;
  }
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double speed = progress.done < at_start_ ? 0 : static_cast<double>(progress.done - at_start_) / seconds;
  std::string line = "  ";
  std::optional<double> share;
  if (progress.total && *progress.total > 0) {
    share = static_cast<double>(progress.done) / static_cast<double>(*progress.total);
    line += fmt::format("{:3.0f} %  [{:<20}]  ", 100 * *share, std::string(static_cast<std::size_t>(20 * *share), '#'));
  }
  line += format_bytes(progress.done);
  if (progress.total) line += " of " + format_bytes(*progress.total);
  line += fmt::format("  {}/s", format_bytes(clamp_to<std::uint64_t>(speed)));
  if (progress.total && speed > 0 && *progress.total >= progress.done) {
    line += fmt::format("  {} left", format_duration(static_cast<double>(*progress.total - progress.done) / speed));
  }
  line_.show(line, share);
}

}  // namespace ersatz::cli
