#include "stats/multiple.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace ersatz::stats {

std::vector<double> holm(std::span<const double> p_values) {
  const std::size_t m = p_values.size();
  for (std::size_t i = 0; i < m; ++i) {
    if (!(p_values[i] >= 0 && p_values[i] <= 1)) {
      throw Error(fmt::format("holm: p-value {} of {} is {}, not in 0..1", i + 1, m, p_values[i]));
    }
  }
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(m);
  double largest = 0;
  for (std::size_t j = 0; j < m; ++j) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(m - j) * p_values[order[j]]));
    adjusted[order[j]] = largest;
  }
  return adjusted;
}

double simultaneous_level(std::size_t m, double level) {
  return 1 - (1 - level) / static_cast<double>(std::max<std::size_t>(1, m));
}

}  // namespace ersatz::stats
