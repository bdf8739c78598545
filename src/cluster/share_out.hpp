#pragma once

#include <cstddef>
#include <vector>

namespace ersatz::cluster {

/// Indices of the jobs of each of `count` parts, the longest first; of equal ones the first. The longest job goes to
/// the part with the least work so far, and so on: every command that knows the costs shares out alike. `costs`: work
/// of each job, in any unit.
std::vector<std::vector<std::size_t>> share_out(const std::vector<double>& costs, std::size_t count);

}  // namespace ersatz::cluster
