#pragma once

#include <chrono>

#include "cli/progress_line.hpp"
#include "fetch/download.hpp"

namespace ersatz::cli {

/// The progress of a download as one line on stderr that is written over, when stderr is a terminal:
/// "  41 %  [########            ]  45.1 MB of 110.0 MB  5.2 MB/s  13 s left".
class TransferDisplay {
 public:
  void show(const fetch::DownloadProgress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  ProgressLine line_{stderr};
  bool begun_ = false;
  Clock::time_point start_, last_;
  std::uint64_t at_start_ = 0;
};

}  // namespace ersatz::cli
