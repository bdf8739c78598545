#include "metrics/jackknife.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include "base/stop.hpp"
#include "base/threads.hpp"
#include "metrics/features.hpp"

namespace ersatz::metrics {

JackknifeGroups::JackknifeGroups(std::size_t n, std::string_view purpose)
    : group_of_(n), sizes_(std::min(n, kJackknifeGroups)) {
  const auto order = random_subset(n, n, purpose);
  for (std::size_t place = 0; place < n; ++place) {
    const std::size_t group = place % sizes_.size();
    group_of_[order[place]] = static_cast<std::uint8_t>(group);
    ++sizes_[group];
  }
}

std::vector<std::uint32_t> JackknifeGroups::members(std::size_t group) const {
  std::vector<std::uint32_t> members;
  for (std::size_t i = 0; i < rows(); ++i) {
    if (group_of_[i] == group) members.push_back(static_cast<std::uint32_t>(i));
  }
  return members;
}

double jackknife_variance(std::span<const double> without) {
  const auto count = static_cast<double>(without.size());
  if (without.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  double mean = 0, squares = 0;
  for (const double value : without) mean += value / count;
  for (const double value : without) squares += (value - mean) * (value - mean);
  return (count - 1) / count * squares;
}

std::vector<double> for_groups(std::size_t count, unsigned threads, const std::function<double(std::size_t)>& work) {
  std::vector<double> results(count);
  std::atomic<std::size_t> next = 0;
  in_threads(thread_count(threads, count), [&](unsigned) {
    for (std::size_t group = 0; (group = next.fetch_add(1)) < count;) {
      if (stop_requested()) throw Stopped();
      results[group] = work(group);
    }
  });
  return results;
}

}  // namespace ersatz::metrics
