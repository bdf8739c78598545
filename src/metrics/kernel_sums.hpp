#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "metrics/features.hpp"
#include "metrics/products.hpp"

namespace ersatz::metrics {

/// Sums of a kernel k(x, y) over the pairs of two sets.
struct KernelSums {
  std::vector<double> rows;     ///< [n]: over all y, of each x
  std::vector<double> columns;  ///< [m]: over all x, of each y
};

/// Adds up parts that are finished in any order in the order of their numbers 0, 1, ..., so that the bits of the sums
/// do not depend on who was first.
class OrderedSum {
 public:
  explicit OrderedSum(std::size_t size) : sums_(size) {}
  void add(std::size_t number, std::vector<double> part);
  std::vector<double> take() { return std::move(sums_); }

 private:
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::map<std::size_t, std::vector<double>> waiting_;
  std::vector<double> sums_;
};

/// kernel(product, |x|^2, |y|^2) of all rows x of `one` and y of `other`, in double.
template <typename Kernel>
KernelSums kernel_sums(const Matrix& one, const Matrix& other, const Kernel& kernel, unsigned threads) {
  const auto one_squares = squared_lengths<double>(one), other_squares = squared_lengths<double>(other);
  const unsigned count = thread_count(threads, (one.rows + kBlockRows - 1) / kBlockRows);
  KernelSums sums{std::vector<double>(one.rows), {}};
  OrderedSum columns(other.rows);
  std::vector<std::vector<double>> parts(count);
  for_each_block<double>(one, other, {count, {}}, [&](const Block<double>& block) {
    auto& part = parts[block.thread];
    part.resize(other.rows);
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double* products = block.row(r);
      const std::size_t i = block.first_row + r;
      double sum = 0;
      for (std::size_t c = 0; c < block.columns; ++c) {
        const std::size_t j = block.first_column + c;
        const double value = kernel(products[c], one_squares[i], other_squares[j]);
        sum += value;
        part[j] += value;
      }
      sums.rows[i] += sum;
    }
    if (block.last) columns.add(block.first_row / kBlockRows, std::move(part));
    if (block.last) part.clear();
  });
  sums.columns = columns.take();
  return sums;
}

/// The sums over all y of the same set, x itself included, of each x: half the work. The kernel must be symmetric.
template <typename Kernel>
std::vector<double> kernel_sums(const Matrix& rows, const Kernel& kernel, unsigned threads) {
  const auto squares = squared_lengths<double>(rows);
  const unsigned count = thread_count(threads, (rows.rows + kBlockRows - 1) / kBlockRows);
  OrderedSum sums(rows.rows);
  std::vector<std::vector<double>> parts(count);
  for_each_block<double>(rows, rows, {count, {}, true}, [&](const Block<double>& block) {
    auto& part = parts[block.thread];
    part.resize(rows.rows);
    const std::size_t end = block.first_row + block.rows;  // pairs within these rows come in both orders
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double* products = block.row(r);
      const std::size_t i = block.first_row + r;
      double sum = 0;
      for (std::size_t c = 0; c < block.columns; ++c) {
        const std::size_t j = block.first_column + c;
        const double value = kernel(products[c], squares[i], squares[j]);
        sum += value;
        if (j >= end) part[j] += value;
      }
      part[i] += sum;
    }
    if (block.last) sums.add(block.first_row / kBlockRows, std::move(part));
    if (block.last) part.clear();
  });
  return sums.take();
}

}  // namespace ersatz::metrics
