#include "data/batch_sampler.hpp"

#include <algorithm>

namespace ersatz::data {

std::int64_t BatchSize::per_pass(std::size_t n) const {
  const auto examples = static_cast<std::int64_t>(n);
  return drops_smaller_last ? std::max<std::int64_t>(1, examples / size) : (examples + size - 1) / size;
}

ShuffledBatches::ShuffledBatches(std::size_t n, std::uint64_t seed, BatchSize size, int first_pass)
    : n_(n), seed_(seed), size_(size), first_pass_(first_pass) {}

const Batch& ShuffledBatches::batch(std::int64_t step) {
  const std::int64_t per_pass = size_.per_pass(n_);
  const int pass = static_cast<int>(step / per_pass) + first_pass_;
  if (pass != order_pass_) {
    order_ = shuffled_order(n_, seed_, pass);
    order_pass_ = pass;
  }
  const auto size = static_cast<std::size_t>(size_.size);
  const std::size_t first = static_cast<std::size_t>(step % per_pass) * size;
  const std::size_t count = std::min(size, n_ - first);
  const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(first);
  batch_.indices.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  batch_.passes.assign(count, pass);
  return batch_;
}

int ShuffledBatches::last_pass(std::int64_t steps) {
  return static_cast<int>((steps - 1) / size_.per_pass(n_)) + first_pass_;
}

}  // namespace ersatz::data
