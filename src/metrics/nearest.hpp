#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::metrics {

/// Of each of `rows` rows its k nearest neighbours, from the nearest on; of equally near ones the first comes first.
struct Neighbours {
  std::size_t rows = 0, k = 0;
  std::vector<std::uint32_t> index;  ///< [rows, k]
  std::vector<double> squared;       ///< [rows, k] squared Euclidean distances, of double precision

  std::span<const std::uint32_t> indices(std::size_t i) const { return std::span(index).subspan(i * k, k); }
  std::span<const double> distances(std::size_t i) const { return std::span(squared).subspan(i * k, k); }
};

/// The k nearest of `others` [m, d] of each of `rows` [n, d], by Euclidean distance. Candidates are found by products
/// in float32; which of them are nearest, and how far they are, is decided in double, so that the result is exact, the
/// same for any number of threads, and 0 for copies. 2 n m d operations; beside the result a few MB a thread. Throws
/// Error when k is 0 or above m, widths differ, or a value is not finite; Stopped when a stop is requested.
Neighbours nearest(const Matrix& rows, const Matrix& others, std::size_t k, unsigned threads = 0);

/// The same of a set with itself: row i is no neighbour of its own, but a copy of it at another place is. Throws as
/// above, also when k is n.
Neighbours nearest_others(const Matrix& rows, std::size_t k, unsigned threads = 0);

}  // namespace ersatz::metrics
