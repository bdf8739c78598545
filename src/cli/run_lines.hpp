#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/study_progress.hpp"

namespace ersatz::cli {

// A study at work in lines of at most `width` columns. Where there is no room for all, what matters least is left out:
// speed and loss; then ids are shortened in the middle; then accuracy and time go.

/// Of other processes in the same output folder: at how many of the runs they are, and on which hosts.
using OtherProcesses = std::pair<std::size_t, std::vector<std::string>>;

/// A line for each of these runs, in columns.
std::vector<std::string> run_lines(const study::Plan& plan, const StudyProgress& progress,
                                   const std::vector<std::size_t>& runs, std::size_t width);

/// "45 % of 6 runs: 2 done, 2 running, 2 waiting; up to 3 min 20 s left".
std::string total_line(const study::Plan& plan, const StudyProgress& progress, const OtherProcesses& others,
                       std::size_t width);

/// What the key t prints: every running run, what is done, failed and waiting, and accuracies so far.
std::vector<std::string> status_lines(const study::Plan& plan, const StudyProgress& progress,
                                      const OtherProcesses& others, double seconds, std::size_t width);

/// "epoch", or "part" of a step budget, which has ten however many epochs they are.
std::string_view round_word(const study::PlannedRun& run);

/// "12,345 img/s", empty while nobody knows.
std::string images_per_second(double speed);

/// 0.6123 -> ".612", 1 -> "1.000", NaN -> "-".
std::string format_share(double value);

}  // namespace ersatz::cli
