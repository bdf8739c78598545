#include "metrics/frechet.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "metrics/features.hpp"
#include "metrics/jackknife.hpp"
#include "metrics/scatter.hpp"

namespace ersatz::metrics {
namespace {

/// A fitted normal distribution.
struct Normal {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
  Eigen::Index rank = 0;
};

// Of the whole, without a part of it.
Normal normal_of(const std::vector<double>& origin, const Scatter& whole, const Scatter* part) {
  const auto width = static_cast<Eigen::Index>(origin.size());
  const std::size_t n = whole.n - (part != nullptr ? part->n : 0);
  const auto count = static_cast<double>(n);
  const Eigen::VectorXd shift = (part != nullptr ? (whole.sums - part->sums).eval() : whole.sums) / count;
  Normal normal;
  normal.mean = Eigen::Map<const Eigen::VectorXd>(origin.data(), width) + shift;
  normal.covariance = part != nullptr ? (whole.products - part->products).eval() : whole.products;
  normal.covariance -= count * shift * shift.transpose();
  normal.covariance /= count - 1;
  normal.rank = std::min(width, static_cast<Eigen::Index>(n - 1));
  return normal;
}

/// C = F F', of the eigenvalues that are not 0.
Eigen::MatrixXd factor_of(const Normal& normal) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(normal.covariance);  // rising order
  const Eigen::VectorXd roots = solver.eigenvalues().tail(normal.rank).cwiseMax(0).cwiseSqrt();
  return solver.eigenvectors().rightCols(normal.rank) * roots.asDiagonal();
}

double distance(const Normal& one, const Eigen::MatrixXd& factor_of_one, const Normal& other) {
  const Eigen::MatrixXd product = factor_of_one.transpose() * other.covariance * factor_of_one;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product, Eigen::EigenvaluesOnly);
  const Eigen::Index rank = std::min(product.rows(), other.rank);
  const double root = solver.eigenvalues().tail(rank).cwiseMax(0).cwiseSqrt().sum();
  return (one.mean - other.mean).squaredNorm() + one.covariance.trace() + other.covariance.trace() - 2 * root;
}

/// A set of images, whose moments without some of them can be had.
class Set {
 public:
  Set(const Matrix& rows, std::string_view purpose, unsigned threads)
      : rows_(rows),
        groups_(rows.rows, purpose),
        origin_(exact_mean(rows)),
        whole_(scatter_of(rows, all_rows(rows.rows), origin_, {}, thread_count(threads, ~std::size_t{0}))),
        normal_(normal_of(origin_, whole_, nullptr)),
        factor_(factor_of(normal_)) {}

  const Normal& normal() const { return normal_; }
  const Eigen::MatrixXd& factor() const { return factor_; }

  /// Of the distance to another set, over the choice of these images. NaN where fewer than two would be left.
  double variance(const Set& other, unsigned threads) const {
    if (rows_.rows < 4) return std::numeric_limits<double>::quiet_NaN();
    return jackknife_variance(for_groups(groups_.count(), threads, [&](std::size_t group) {
      const Scatter part = scatter_of(rows_, groups_.members(group), origin_, {}, 1);
      return distance(other.normal(), other.factor(), normal_of(origin_, whole_, &part));
    }));
  }

 private:
  const Matrix& rows_;
  JackknifeGroups groups_;
  std::vector<double> origin_;
  Scatter whole_;
  Normal normal_;
  Eigen::MatrixXd factor_;
};

Normal normal_of(const Moments& moments) {
  const std::size_t d = moments.mean.size();
  if (d == 0 || moments.covariance.size() != d * d) throw Error("a covariance must be as wide and high as the mean");
  const auto width = static_cast<Eigen::Index>(d);
  return {Eigen::Map<const Eigen::VectorXd>(moments.mean.data(), width),
          Eigen::Map<const Eigen::MatrixXd>(moments.covariance.data(), width, width),
          static_cast<Eigen::Index>(std::min(d, moments.rank))};
}

Normal normal_of(const Matrix& rows, unsigned threads) {
  const std::vector<double> origin = exact_mean(rows);
  const Scatter whole = scatter_of(rows, all_rows(rows.rows), origin, {}, thread_count(threads, ~std::size_t{0}));
  return normal_of(origin, whole, nullptr);
}

struct Pair {
  Matrix one, other;
};

/// N rows span no more than N directions. Where features are more, the same points with N coordinates: those that QR
/// gives them, so that all distances stay. Eigendecompositions are of N x N matrices then.
std::optional<Pair> in_their_span(const Matrix& one, const Matrix& other) {
  const std::size_t n = one.rows + other.rows;
  if (n >= one.columns) return std::nullopt;
  const auto width = static_cast<Eigen::Index>(one.columns), count = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd points(width, count);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = i < one.rows ? one.row(i) : other.row(i - one.rows);
    points.col(static_cast<Eigen::Index>(i)) =
        Eigen::Map<const Eigen::VectorXf>(row.data(), width).template cast<double>();
  }
  points.colwise() -= points.rowwise().mean().eval();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(points);
  const Eigen::MatrixXd places = qr.matrixQR().topRows(count).template triangularView<Eigen::Upper>();
  const auto rows_of = [&](std::size_t first, std::size_t rows) {
    Matrix moved{rows, n, std::vector<float>(rows * n)};
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        moved.values[i * n + j] =
            static_cast<float>(places(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(first + i)));
      }
    }
    return moved;
  };
  return Pair{rows_of(0, one.rows), rows_of(one.rows, other.rows)};
}

/// Least squares of y = intercept + slope x.
Estimate intercept_of(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, squares = 0, products = 0, residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += (x[i] - mean_x) * (x[i] - mean_x);
    products += (x[i] - mean_x) * (y[i] - mean_y);
  }
  const double slope = products / squares, intercept = mean_y - slope * mean_x;
  for (std::size_t i = 0; i < x.size(); ++i) residuals += std::pow(y[i] - intercept - slope * x[i], 2);
  return {intercept, std::sqrt(residuals / (n - 2) * (1 / n + mean_x * mean_x / squares))};
}

}  // namespace

Moments moments_of(const Matrix& rows, unsigned threads) {
  require_features(rows, "the images", 2);
  const Normal normal = normal_of(rows, threads);
  return {{normal.mean.begin(), normal.mean.end()},
          {normal.covariance.data(), normal.covariance.data() + normal.covariance.size()},
          static_cast<std::size_t>(normal.rank)};
}

double frechet_distance(const Moments& one, const Moments& other) {
  if (one.mean.size() != other.mean.size()) throw Error("moments of different numbers of features have no distance");
  const Normal first = normal_of(one);
  return distance(first, factor_of(first), normal_of(other));
}

Estimate frechet_distance(const Matrix& real, const Matrix& generated, const FrechetOptions& options) {
  require_features(real, "the real images", generated, "the generated images", 2);
  if (const auto narrow = in_their_span(real, generated)) return frechet_distance(narrow->one, narrow->other, options);
  if (!options.with_error) {
    const Normal one = normal_of(real, options.threads);
    return {distance(one, factor_of(one), normal_of(generated, options.threads))};
  }
  const Set one(real, "real groups", options.threads), other(generated, "generated groups", options.threads);
  return {distance(one.normal(), one.factor(), other.normal()),
          std::sqrt(one.variance(other, options.threads) + other.variance(one, options.threads))};
}

Estimate frechet_distance_at_infinity(const Matrix& real, const Matrix& generated, const FrechetOptions& options) {
  require_features(real, "the real images", generated, "the generated images", 20);
  if (const auto narrow = in_their_span(real, generated)) {
    return frechet_distance_at_infinity(narrow->one, narrow->other, options);
  }
  constexpr std::size_t kSizes = 15;
  const double fewest = static_cast<double>(std::min(real.rows, generated.rows));
  const double least = std::clamp(2 * static_cast<double>(real.columns) / fewest, 0.1, 0.5);
  std::vector<double> inverse(kSizes);
  const auto subset = [&](const Matrix& rows, std::string_view purpose, double share, std::size_t k) {
    const auto count = static_cast<std::size_t>(std::lround(share * static_cast<double>(rows.rows)));
    return chosen_rows(rows, random_subset(rows.rows, count, purpose, static_cast<std::uint32_t>(k)));
  };
  const auto distances = for_groups(kSizes, options.threads, [&](std::size_t k) {
    const double share = least + (1 - least) * static_cast<double>(k) / (kSizes - 1);
    inverse[k] = 1 / share;
    const Normal one = normal_of(subset(real, "real subset", share, k), 1);
    return distance(one, factor_of(one), normal_of(subset(generated, "generated subset", share, k), 1));
  });
  Estimate limit = intercept_of(inverse, distances);
  limit.se = std::hypot(limit.se, frechet_distance(real, generated, options).se);  // NaN where none is wanted
  return limit;
}

}  // namespace ersatz::metrics
