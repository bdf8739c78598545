#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ersatz::cluster {

/// One of `count` parts of a study, for as many commands that know nothing of each other. The first is 1.
struct Shard {
  std::size_t index = 1, count = 1;

  bool is_whole() const { return count == 1; }
};

/// "2/8". Throws Error for anything else, and for parts that there cannot be.
Shard parse_shard(std::string_view text);

/// Indices of the jobs that belong to the part, the longest first; of equal ones the first. The longest job goes to the
/// part with the least work so far, and so on: every command that knows the costs shares out alike. `costs`: work of
/// each job, in any unit.
std::vector<std::size_t> jobs_of_shard(const std::vector<double>& costs, const Shard& shard);

}  // namespace ersatz::cluster
