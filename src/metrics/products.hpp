#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::metrics {

// Inner products of all rows of one matrix with all rows of another, a block at a time: the matrix of products, which
// may have billions of elements, is never whole.

inline constexpr std::size_t kBlockRows = 384, kBlockColumns = 256;

/// Products of the rows first_row .. of the one with the rows first_column .. of the other. T is float or double.
template <typename T>
struct Block {
  std::size_t first_row = 0, rows = 0;
  std::size_t first_column = 0, columns = 0;
  const T* products = nullptr;  ///< [kBlockRows, kBlockColumns], of which [rows, columns] are filled
  unsigned thread = 0;          ///< 0 .. threads-1: who visits
  bool last = false;            ///< of those with these rows

  const T* row(std::size_t r) const { return products + r * kBlockColumns; }
};

struct ProductOptions {
  unsigned threads = 1;              ///< above 0
  std::span<const float> centre{};   ///< [columns], subtracted from all rows before; empty for none
  bool from_diagonal_on = false;     ///< for a matrix with itself: blocks begin at first_column = first_row
  std::span<const double> means{};   ///< [rows], for a matrix with itself: subtracted from each row; empty for none
  std::span<const double> scales{};  ///< [columns], which rows are multiplied by then; empty for none
};

/// Calls visit(block) for all blocks, in `threads` threads. Those with the same rows come one after another, from the
/// left to the right, in one thread; first_row is a multiple of kBlockRows. The products are added up in an order that
/// does not depend on the number of threads. A thread takes (kBlockRows x columns + 2^17) x sizeof(T) bytes. Throws
/// Stopped when a stop is requested.
template <typename T>
void for_each_block(const Matrix& one, const Matrix& other, const ProductOptions& options,
                    const std::function<void(const Block<T>&)>& visit);

/// Squared lengths of the rows after `centre` (may be empty) was subtracted in T, added up in double.
template <typename T>
std::vector<double> squared_lengths(const Matrix& rows, std::span<const float> centre = {});

/// The mean of the rows in float32: taken as the centre, it keeps products small beside distances.
std::vector<float> mean_row(const Matrix& rows);

}  // namespace ersatz::metrics
