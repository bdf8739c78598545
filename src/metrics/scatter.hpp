#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::metrics {

/// Sums over rows x that were chosen of a matrix, [d] and [d, d], about `origin`: of x - origin, and of its products
/// with itself. What moments are made of; sums of a part are subtracted from those of the whole.
struct Scatter {
  std::size_t n = 0;
  Eigen::VectorXd sums;
  Eigen::MatrixXd products;
};

/// Of the rows `chosen`, in double. Row i is multiplied by scales[i] before (empty: by 1); `origin` [d] may be empty,
/// too. `threads` is above 0; the bits do not depend on it. Takes 8 d^2 bytes and a copy of 4,096 rows. Throws Stopped
/// when a stop is requested.
Scatter scatter_of(const Matrix& rows, std::span<const std::uint32_t> chosen, std::span<const double> origin,
                   std::span<const double> scales, unsigned threads);

/// The mean of all rows, in double.
std::vector<double> exact_mean(const Matrix& rows);

/// 0 .. n-1.
std::vector<std::uint32_t> all_rows(std::size_t n);

}  // namespace ersatz::metrics
