#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cluster/slurm_queue.hpp"

namespace ersatz::cli {

/// What `ersatz slurm --submit` gave to Slurm last, as DIR/slurm/jobs.json has it.
struct SubmittedJobs {
  struct Array {
    std::string job;    ///< its number
    std::string tasks;  ///< "1-12"
  };
  std::string name;  ///< of all of them
  std::vector<Array> arrays;
  std::string report;  ///< number of the job that makes the report; empty when it was not submitted

  std::size_t tasks() const;
  /// "123 and 124".
  std::string numbers() const;
};

/// Nothing when nothing was submitted, or the file cannot be read.
std::optional<SubmittedJobs> read_submitted_jobs(const std::filesystem::path& out);
void write_submitted_jobs(const std::filesystem::path& out, const SubmittedJobs& jobs);

/// What Slurm says of them.
struct SlurmState {
  SubmittedJobs jobs;
  std::vector<cluster::QueueEntry> entries;         ///< of the tasks that are in the queue
  std::size_t waiting = 0, running = 0, ended = 0;  ///< tasks
  bool report_in_queue = false;
  std::string problem;  ///< why squeue did not say; then all else is unknown

  bool is_alive() const { return waiting + running > 0 || report_in_queue; }
};

/// Asks squeue, for no longer than ten seconds. Nothing when nothing was submitted, or this machine has no squeue.
std::optional<SlurmState> ask_slurm(const std::filesystem::path& out);

/// The last line with words that a program of Slurm wrote, without "sbatch: error: ".
std::string last_words(const std::string& text);

}  // namespace ersatz::cli
