#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace ersatz::metrics {

/// The rows of a set, split into two halves by chance, several times.
///
/// A metric of nearest neighbours changes in jumps: a jackknife makes its error up to twice too large. The two halves
/// of a set are independent sets of half the size, so that the squared difference of their values is on average four
/// times the variance of the whole set's value, as far as that variance is in proportion to 1/n.
class Halves {
 public:
  static constexpr std::size_t kSplits = 24;

  /// Of rows 0 .. n-1. `purpose` tells two sets apart. The same for the same arguments.
  Halves(std::size_t n, std::string_view purpose);

  std::size_t rows() const { return bits_.size(); }
  /// Bit s: whether the row is in the second half of split s.
  std::uint32_t bits(std::size_t row) const { return bits_[row]; }
  bool in_second(std::size_t row, std::size_t split) const { return (bits_[row] >> split & 1U) != 0; }

 private:
  std::vector<std::uint32_t> bits_;
};

/// The standard error of a metric of a whole set, or of two sets whose halves are paired: the root of the mean of
/// (first - second)^2 / 4 over the splits. value(split, second) is that of a half.
double halves_error(const std::function<double(std::size_t split, bool second)>& value);

}  // namespace ersatz::metrics
