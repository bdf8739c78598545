#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cluster {

/// "1-3,7": numbers in ascending order, as Slurm writes the tasks of an array.
std::string condensed(const std::vector<std::size_t>& numbers);

/// How many tasks "5-8,10%2", "0-10:2" or "7" are: what stands between the brackets of an array's id. Nothing for any
/// other text.
std::size_t count_tasks(std::string_view array);

/// Parts of a study as one array job: task k is part `before` + k.
struct SlurmArray {
  std::size_t before = 0;
  std::vector<std::size_t> tasks;  ///< ascending, the first at least 1

  /// What sbatch takes behind --array=, with at most `at_a_time` tasks at a time (0: as many as there is room for).
  std::string text(std::size_t at_a_time) const;
};

/// Arrays for these `parts` (ascending, from 1), where the highest number of a task is below `max_size` (at least 2):
/// Slurm's MaxArraySize. None has more than 10,000 tasks, so that a list of them is a short argument.
std::vector<SlurmArray> arrays_of(const std::vector<std::size_t>& parts, std::size_t max_size);

/// MaxArraySize in what `scontrol show config` prints. Nothing (0) when it does not say.
std::size_t max_array_size(std::string_view config);

}  // namespace ersatz::cluster
