#include "metrics/scatter.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/products.hpp"

namespace ersatz::metrics {
namespace {

constexpr std::size_t kChunk = 4096;

// [d, chosen]
Matrix transposed(const Matrix& rows, std::span<const std::uint32_t> chosen) {
  Matrix result{rows.columns, chosen.size(), std::vector<float>(rows.columns * chosen.size())};
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const auto row = rows.row(chosen[k]);
    for (std::size_t c = 0; c < row.size(); ++c) result.values[c * chosen.size() + k] = row[c];
  }
  return result;
}

void add(const Block<double>& block, Eigen::MatrixXd& products) {
  for (std::size_t r = 0; r < block.rows; ++r) {
    for (std::size_t c = 0; c < block.columns; ++c) {
      products(static_cast<Eigen::Index>(block.first_row + r), static_cast<Eigen::Index>(block.first_column + c)) +=
          block.row(r)[c];
    }
  }
}

}  // namespace

Scatter scatter_of(const Matrix& rows, std::span<const std::uint32_t> chosen, std::span<const double> origin,
                   std::span<const double> scales, unsigned threads) {
  const auto width = static_cast<Eigen::Index>(rows.columns);
  Scatter scatter{chosen.size(), Eigen::VectorXd::Zero(width), Eigen::MatrixXd::Zero(width, width)};
  for (std::size_t begin = 0; begin < chosen.size(); begin += kChunk) {
    const auto part = chosen.subspan(begin, std::min(kChunk, chosen.size() - begin));
    std::vector<double> factors;
    if (!scales.empty()) {
      for (const std::uint32_t i : part) factors.push_back(scales[i]);
    }
    for (std::size_t k = 0; k < part.size(); ++k) {
      const auto row = rows.row(part[k]);
      for (std::size_t c = 0; c < row.size(); ++c) {
        const double value = static_cast<double>(row[c]) - (origin.empty() ? 0 : origin[c]);
        scatter.sums[static_cast<Eigen::Index>(c)] += value * (factors.empty() ? 1 : factors[k]);
      }
    }
    const Matrix columns = transposed(rows, part);
    for_each_block<double>(columns, columns, {threads, {}, true, origin, factors},
                           [&](const Block<double>& block) { add(block, scatter.products); });
  }
  // Blocks are those from the diagonal on: all of the upper half, and some below it.
  for (Eigen::Index i = 0; i < width; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) scatter.products(i, j) = scatter.products(j, i);
  }
  return scatter;
}

std::vector<double> exact_mean(const Matrix& rows) {
  std::vector<double> mean(rows.columns);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) mean[c] += static_cast<double>(row[c]);
  }
  for (double& value : mean) value /= static_cast<double>(rows.rows);
  return mean;
}

std::vector<std::uint32_t> all_rows(std::size_t n) {
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

}  // namespace ersatz::metrics
