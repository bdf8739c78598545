#include "metrics/vendi.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "base/error.hpp"
#include "metrics/features.hpp"
#include "metrics/jackknife.hpp"
#include "metrics/products.hpp"
#include "metrics/scatter.hpp"

namespace ersatz::metrics {
namespace {

// The exponential of the entropy of the eigenvalues of a matrix over its trace n.
double exponential_entropy(const Eigen::MatrixXd& matrix, double n) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
  double entropy = 0;
  for (const double eigenvalue : solver.eigenvalues()) {
    const double share = eigenvalue / n;
    if (share > 0) entropy -= share * std::log(share);
  }
  return std::exp(entropy);
}

std::vector<double> inverse_lengths(const Matrix& rows) {
  std::vector<double> scales = squared_lengths<double>(rows);
  for (std::size_t i = 0; i < scales.size(); ++i) {
    if (scales[i] == 0) throw Error(fmt::format("row {} is 0 throughout: it has no cosine with others", i));
    scales[i] = 1 / std::sqrt(scales[i]);
  }
  return scales;
}

// d x d: sums of products of features over rows of length 1.
Estimate by_features(const Matrix& rows, const std::vector<double>& scales, const VendiOptions& options) {
  const unsigned threads = options.threads;
  const Scatter whole = scatter_of(rows, all_rows(rows.rows), {}, scales, thread_count(threads, ~std::size_t{0}));
  Estimate score{exponential_entropy(whole.products, static_cast<double>(rows.rows))};
  if (!options.with_error) return score;
  const JackknifeGroups groups(rows.rows, "groups");
  const auto without = for_groups(groups.count(), threads, [&](std::size_t group) {
    const Scatter part = scatter_of(rows, groups.members(group), {}, scales, 1);
    return exponential_entropy(whole.products - part.products, static_cast<double>(groups.rows_without(group)));
  });
  score.se = std::sqrt(jackknife_variance(without));
  return score;
}

// n x n: cosines of rows.
Estimate by_rows(const Matrix& rows, const std::vector<double>& scales, const VendiOptions& options) {
  const unsigned threads = options.threads;
  const auto n = static_cast<Eigen::Index>(rows.rows);
  Eigen::MatrixXd kernel(n, n);
  const unsigned count = thread_count(threads, (rows.rows + kBlockRows - 1) / kBlockRows);
  for_each_block<double>(rows, rows, {count, {}}, [&](const Block<double>& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      for (std::size_t c = 0; c < block.columns; ++c) {
        const std::size_t i = block.first_row + r, j = block.first_column + c;
        kernel(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = block.row(r)[c] * scales[i] * scales[j];
      }
    }
  });
  Estimate score{exponential_entropy(kernel, static_cast<double>(rows.rows))};
  if (!options.with_error) return score;
  const JackknifeGroups groups(rows.rows, "groups");
  const auto without = for_groups(groups.count(), threads, [&](std::size_t group) {
    std::vector<Eigen::Index> left;
    for (std::size_t i = 0; i < rows.rows; ++i) {
      if (groups.of(i) != group) left.push_back(static_cast<Eigen::Index>(i));
    }
    return left.empty() ? 0 : exponential_entropy(kernel(left, left), static_cast<double>(left.size()));
  });
  score.se = std::sqrt(jackknife_variance(without));
  return score;
}

}  // namespace

double vendi_of_kernel(std::span<const double> kernel, std::size_t n) {
  if (n == 0 || kernel.size() != n * n) {
    throw Error(fmt::format("a kernel matrix of {} images has no {} elements", n, kernel.size()));
  }
  constexpr double kClose = 1e-6;
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double value = kernel[i * n + j];
      // (Written so that NaN fails.)
      if (!(std::abs(value - kernel[j * n + i]) <= kClose)) {
        throw Error(fmt::format("the kernel matrix is not symmetric in row {} and column {}", i, j));
      }
      if (i == j && !(std::abs(value - 1) <= kClose)) {
        throw Error(fmt::format("image {} has the kernel {} with itself, which must be 1", i, value));
      }
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = value;
    }
  }
  return exponential_entropy(matrix, static_cast<double>(n));
}

Estimate vendi_score(const Matrix& rows, const VendiOptions& options) {
  require_features(rows, "the images");
  const std::vector<double> scales = inverse_lengths(rows);
  return rows.columns < rows.rows ? by_features(rows, scales, options) : by_rows(rows, scales, options);
}

}  // namespace ersatz::metrics
