#include "cluster/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <queue>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::cluster {

Shard parse_shard(std::string_view text) {
  constexpr std::size_t kMost = 1'000'000;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = number_from<std::size_t>(text.substr(0, slash));
  const auto count = number_from<std::size_t>(text.substr(std::min(slash + 1, text.size())));
  if (!index || !count || *index < 1 || *index > *count || *count > kMost) {
    throw Error(fmt::format("\"{}\" is no part of a study", text),
                "2/8 is the second of eight parts: the first number is from 1 to the second");
  }
  return {*index, *count};
}

std::vector<std::size_t> jobs_of_shard(const std::vector<double>& costs, const Shard& shard) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  using Part = std::pair<double, std::size_t>;  // work, index
  std::priority_queue<Part, std::vector<Part>, std::greater<>> parts;
  for (std::size_t index = 1; index <= shard.count; ++index) parts.emplace(0, index);
  std::vector<std::size_t> mine;
  for (const std::size_t job : order) {
    auto [work, index] = parts.top();
    parts.pop();
    parts.emplace(work + costs[job], index);
    if (index == shard.index) mine.push_back(job);
  }
  return mine;
}

}  // namespace ersatz::cluster
