#include "metrics/halves.hpp"

#include <cmath>

#include "metrics/features.hpp"

namespace ersatz::metrics {

Halves::Halves(std::size_t n, std::string_view purpose) : bits_(n) {
  for (std::size_t split = 0; split < kSplits; ++split) {
    for (const std::uint32_t row : random_subset(n, n / 2, purpose, static_cast<std::uint32_t>(split))) {
      bits_[row] |= 1U << split;
    }
  }
}

double halves_error(const std::function<double(std::size_t split, bool second)>& value) {
  double sum = 0;
  for (std::size_t split = 0; split < Halves::kSplits; ++split) {
    const double difference = value(split, false) - value(split, true);
    sum += difference * difference / 4;
  }
  return std::sqrt(sum / static_cast<double>(Halves::kSplits));
}

}  // namespace ersatz::metrics
