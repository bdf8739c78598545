#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cluster {

/// A time limit as Slurm takes it: "90" (minutes), "MM:SS", "HH:MM:SS", "D-HH", "D-HH:MM", "D-HH:MM:SS". Throws Error
/// for anything else, and for no time at all.
std::chrono::seconds parse_time_limit(std::string_view text);
/// 5400 s -> "01:30:00", two days -> "2-00:00:00".
std::string time_limit_text(std::chrono::seconds limit);

/// A word for a shell: as it is, or in single quotes.
std::string shell_quoted(std::string_view word);
/// Words for a shell, with spaces between.
std::string shell_line(const std::vector<std::string>& words);

/// What a job asks of Slurm.
struct SlurmJob {
  std::string name;
  std::string log;  ///< path, in which Slurm replaces %A, %a and %j
  std::chrono::seconds time{};
  unsigned cores = 1;
  std::size_t megabytes = 0;
  std::string partition;               ///< empty: the default
  std::vector<std::string> options{};  ///< further ones of sbatch, as "--account=a"
};

/// A path in which Slurm replaces nothing.
std::string log_path(std::string_view path);

/// One script for all tasks of a study: "$1" is the number of parts before its array's.
struct SlurmTask {
  SlurmJob job;
  std::vector<std::string> command;  ///< without --shard
  std::size_t parts = 1;
  std::chrono::seconds notice{120};  ///< how long before the time limit USR1 comes
  std::size_t most_requeues = 10;    ///< at a time limit, until the task gives up
};

/// The text of the job script. Throws Error for what no script can say (a line break in a path).
std::string task_script(const SlurmTask& task);
/// The same of a job that is one command.
std::string command_script(const SlurmJob& job, const std::vector<std::string>& command);

}  // namespace ersatz::cluster
