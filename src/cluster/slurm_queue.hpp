#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cluster {

/// What squeue is to print of jobs, for read_queue(); `%j` last, because a name may hold anything.
inline constexpr std::string_view kQueueFormat = "%i|%T|%r|%j";

/// A line of the queue: one job, one task of an array, or all of its tasks that wait.
struct QueueEntry {
  std::string id;      ///< "123", "123_4", "123_[5-8%2]"
  std::string state;   ///< "PENDING", "RUNNING", ... in Slurm's words
  std::string reason;  ///< why it waits; "None" for none
  std::string name;
  std::size_t tasks = 1;

  /// Whether it has still to begin, or to begin again.
  bool waits() const;
};

/// What `squeue -h -o kQueueFormat` printed; lines that are no entries are left out.
std::vector<QueueEntry> read_queue(std::string_view text);

/// The job's number of what sbatch --parsable prints: "123" or "123;cluster". Empty for anything else.
std::string submitted_job(std::string_view text);

}  // namespace ersatz::cluster
