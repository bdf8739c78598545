#include "metrics/kernel_sums.hpp"

namespace ersatz::metrics {

void OrderedSum::add(std::size_t number, std::vector<double> part) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(number, std::move(part));
  for (auto found = waiting_.find(next_); found != waiting_.end(); found = waiting_.find(++next_)) {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += found->second[i];
    waiting_.erase(found);
  }
}

}  // namespace ersatz::metrics
