#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/npy.hpp"
#include "metrics/products.hpp"

namespace ersatz::metrics {

/// The squared Euclidean distance of two rows, in double. The same bits whichever comes first and whatever the
/// processor; 0 of equal rows.
double squared_distance(std::span<const float> one, std::span<const float> other);

/// Squared distances of the rows of two matrices by products in float32, with a bound on what rounding does to them:
/// |a - b|^2 = |a|^2 + |b|^2 - 2 a.b of rows from which a common centre was subtracted. A sum of d products in float32
/// is wrong by at most d u |a| |b| (u = 2^-24; Higham, "Accuracy and Stability of Numerical Algorithms", 2002,
/// section 3.1).
class RoughDistances {
 public:
  RoughDistances(const Matrix& one, const Matrix& other);

  std::span<const float> centre() const { return centre_; }

  /// What the true squared distance is not below, and what it is not above, given the product of the rows.
  double low(std::size_t i, std::size_t j, float product) const { return middle(i, j, product) - error(i, j); }
  double high(std::size_t i, std::size_t j, float product) const { return middle(i, j, product) + error(i, j); }

  /// Appends to `found` which of the block's columns (0 .. columns-1) may be within `limit`, or within their own of
  /// `column_limits` [columns of the block], of row `r` of the block. Limits are squared distances, rounded up
  /// (round_up()). None that is within is missed.
  void within(const Block<float>& block, std::size_t r, float limit, const float* column_limits,
              std::vector<std::uint32_t>& found) const;

 private:
  double middle(std::size_t i, std::size_t j, float product) const {
    return one_[i] + other_[j] - 2 * static_cast<double>(product);
  }
  double error(std::size_t i, std::size_t j) const { return share_ * (one_[i] + other_[j]) + kTiny; }

  static constexpr double kTiny = 1e-34;  // above what products lose that are too small for float32
  std::vector<float> centre_;
  double share_;
  std::vector<double> one_, other_;         // squared lengths
  std::vector<float> one_low_, other_low_;  // less the error
};

/// The smallest float that is not below `value`.
float round_up(double value);

/// A pair of rows that are not far apart. Comparisons of its distance are exact; the distance itself is only computed
/// when the float32 product does not decide.
class ClosePair {
 public:
  ClosePair(const Matrix& one, const Matrix& other, std::size_t i, std::size_t j, double low, double high)
      : one_(one), other_(other), i_(i), j_(j), low_(low), high_(high) {}

  std::size_t i() const { return i_; }  ///< row of the one matrix
  std::size_t j() const { return j_; }  ///< row of the other

  /// Whether the squared distance is `limit` or less.
  bool within(double limit) {
    if (high_ <= limit) return true;
    if (low_ > limit) return false;
    if (!exact_) exact_ = low_ = high_ = squared_distance(one_.row(i_), other_.row(j_));
    return *exact_ <= limit;
  }

 private:
  const Matrix &one_, &other_;
  std::size_t i_, j_;
  double low_, high_;
  std::optional<double> exact_;
};

/// Calls visit(pair, thread) at least for all pairs whose squared distance is at most one_limits[i] or other_limits[j],
/// in threads 0 .. threads-1 (above 0). All pairs of a row i come in one thread. Throws Stopped when a stop is
/// requested.
void for_close_pairs(const Matrix& one, std::span<const double> one_limits, const Matrix& other,
                     std::span<const double> other_limits, unsigned threads,
                     const std::function<void(ClosePair& pair, unsigned thread)>& visit);

}  // namespace ersatz::metrics
