#include "cluster/share_out.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace ersatz::cluster {

std::vector<std::vector<std::size_t>> share_out(const std::vector<double>& costs, std::size_t count) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  using Part = std::pair<double, std::size_t>;  // work, index
  std::priority_queue<Part, std::vector<Part>, std::greater<>> parts;
  for (std::size_t index = 0; index < count; ++index) parts.emplace(0, index);
  std::vector<std::vector<std::size_t>> shared(count);
  for (const std::size_t job : order) {
    const auto [work, index] = parts.top();
    parts.pop();
    parts.emplace(work + costs[job], index);
    shared[index].push_back(job);
  }
  return shared;
}

}  // namespace ersatz::cluster
