#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "fetch/checksum.hpp"

namespace ersatz::fetch {

/// The server could not be reached: no network, no such host, nobody answers. Callers may go on
/// without the file.
class Offline : public Error {
 public:
  using Error::Error;
};

struct DownloadProgress {
  std::uint64_t done = 0;              ///< bytes on disk, including those of earlier attempts
  std::optional<std::uint64_t> total;  ///< unknown when the server does not say
};

struct DownloadOptions {
  Expected expected;                  ///< checked before the file gets its name
  std::optional<std::uint64_t> most;  ///< bytes: a longer file is refused; default: the expected size
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds stall_timeout{30};    ///< below the rate for this long the connection counts as dead
  std::uint64_t stall_rate = 1000;           ///< bytes per second
  int attempts = 5;                          ///< in a row that bring nothing new
  std::chrono::milliseconds back_off{1000};  ///< before the second attempt; doubled from then on, up to 30 s
  std::function<void(const DownloadProgress&)> on_progress;
};

/// Downloads `url` (https; http on the loopback interface only) to `destination`, which appears
/// whole and checked or not at all. What has arrived is kept in `destination`.part (with
/// `destination`.part.json beside it) when the transfer ends early, and the next call continues from
/// there if the server still has the same file (If-Range, RFC 9110, or the same length). At most
/// five redirects are followed; transient failures are tried again.
///
/// Throws Offline when the server cannot be reached; Error when it has no such file, when the file
/// is not as expected or too long (the part is removed then), or when it cannot be written; Stopped when a stop
/// is requested.
void download(const std::string& url, const std::filesystem::path& destination, const DownloadOptions& options = {});

}  // namespace ersatz::fetch
