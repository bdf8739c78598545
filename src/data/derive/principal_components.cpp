#include "data/derive/principal_components.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "base/stop.hpp"

// The covariance of 32 x 32 x 3 values is a matrix of 9 million numbers, of which a few eigenvectors are wanted. It is
// never made: a block Krylov space of it is, from products with blocks of vectors, and the best approximations in that
// space are taken (Rayleigh-Ritz) as soon as they are good enough. It takes some ten products.

namespace ersatz::data {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr std::size_t kAtOnce = 256;        // images that are numbers at a time
constexpr Eigen::Index kSpareVectors = 8;   // of a block, beyond the components
constexpr Eigen::Index kMostVectors = 400;  // of the space, and ten blocks
constexpr double kGoodEnough = 1e-8;        // residual, as a share of the largest variance
constexpr double kNothingLeft = 1e-12;      // of a vector, behind the parts that the space has

class Covariance {
 public:
  explicit Covariance(std::span<const ImageReference> images)
      : images_(images), mean_(static_cast<Eigen::Index>(images.front().pixels().size())) {
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(mean_.size()), 0);
    for (const ImageReference& image : images) {
      const auto pixels = image.pixels();
      for (std::size_t i = 0; i < pixels.size(); ++i) sums[i] += pixels[i];
    }
    for (Eigen::Index i = 0; i < mean_.size(); ++i) {
      mean_[i] = static_cast<double>(sums[static_cast<std::size_t>(i)]) / static_cast<double>(images.size());
    }
  }

  const Vector& mean() const { return mean_; }

  Matrix times(const Matrix& vectors) const {
    Matrix product = Matrix::Zero(vectors.rows(), vectors.cols());
    Matrix some;
    for (std::size_t first = 0; first < images_.size(); first += kAtOnce) {
      if (stop_requested()) throw Stopped();
      const std::size_t count = std::min(kAtOnce, images_.size() - first);
      some.resize(mean_.size(), static_cast<Eigen::Index>(count));
      for (std::size_t i = 0; i < count; ++i) {
        const auto pixels = images_[first + i].pixels();
        const Eigen::Map<const Eigen::Array<std::uint8_t, Eigen::Dynamic, 1>> bytes(pixels.data(), mean_.size());
        some.col(static_cast<Eigen::Index>(i)) = bytes.cast<double>().matrix() - mean_;
      }
      const Matrix parts = some.transpose() * vectors;
      product.noalias() += some * parts;
    }
    return product / static_cast<double>(images_.size() - 1);
  }

 private:
  std::span<const ImageReference> images_;
  Vector mean_;
};

// What `vectors` have that `space` has not, as vectors of length 1 at right angles to all others; fewer where there is
// less.
Matrix new_directions(const Matrix& space, const Matrix& vectors) {
  Matrix fresh(vectors.rows(), vectors.cols());
  Eigen::Index count = 0;
  for (Eigen::Index i = 0; i < vectors.cols(); ++i) {
    Vector vector = vectors.col(i);
    const double length = vector.norm();
    for (int twice = 0; twice < 2; ++twice) {  // (the second time for what rounding left)
      vector -= space * (space.transpose() * vector).eval();
      vector -= fresh.leftCols(count) * (fresh.leftCols(count).transpose() * vector).eval();
    }
    const double left = vector.norm();
    if (left <= kNothingLeft * length || left == 0) continue;
    fresh.col(count++) = vector / left;
  }
  return fresh.leftCols(count);
}

Matrix beside(const Matrix& left, const Matrix& right) {
  Matrix both(right.rows(), left.cols() + right.cols());
  if (left.cols() > 0) both.leftCols(left.cols()) = left;
  both.rightCols(right.cols()) = right;
  return both;
}

Matrix random_block(Eigen::Index rows, Eigen::Index columns) {
  Random random(0, "principal components");
  Matrix block(rows, columns);
  for (Eigen::Index k = 0; k < columns; ++k) {
    for (Eigen::Index i = 0; i < rows; ++i) block(i, k) = random.normal();
  }
  return block;
}

struct Pairs {
  Vector values;   // falling
  Matrix vectors;  // one a column
};

Pairs largest_eigenpairs(const Covariance& covariance, Eigen::Index wanted) {
  const Eigen::Index rows = covariance.mean().size();
  const Eigen::Index block = std::min(rows, wanted + kSpareVectors);
  const Eigen::Index most = std::min(rows, std::max(kMostVectors, 10 * block));
  Matrix space(rows, 0), image(rows, 0);  // `image` is covariance x space
  Matrix next = covariance.times(random_block(rows, block));
  while (true) {
    const Matrix fresh = new_directions(space, next);
    if (fresh.cols() > 0) {
      next = covariance.times(fresh);
      space = beside(space, fresh);
      image = beside(image, next);
    }
    if (space.cols() == 0) return {Vector(0), Matrix(rows, 0)};  // all images are equal
    Matrix inside = space.transpose() * image;
    inside = (0.5 * (inside + inside.transpose())).eval();
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(inside);
    const Eigen::Index count = std::min(wanted, space.cols());
    const Matrix turned = solver.eigenvectors().rightCols(count).rowwise().reverse();
    const Pairs found{solver.eigenvalues().tail(count).reverse(), space * turned};
    const Matrix residual = image * turned - found.vectors * found.values.asDiagonal();
    const bool good = residual.colwise().norm().maxCoeff() <= kGoodEnough * found.values[0];
    if (fresh.cols() == 0 || space.cols() >= most || (good && count == wanted)) return found;
  }
}

}  // namespace

PrincipalComponents principal_components(std::span<const ImageReference> images, std::size_t components) {
  const Covariance covariance(images);
  const Pairs pairs = largest_eigenpairs(covariance, static_cast<Eigen::Index>(components));
  PrincipalComponents found;
  found.mean.assign(covariance.mean().begin(), covariance.mean().end());
  for (Eigen::Index k = 0; k < pairs.values.size(); ++k) {
    // What rounding made of a variance of 0 is none.
    if (pairs.values[k] <= 1e-10 * pairs.values[0] || pairs.values[k] <= 0) break;
    found.variances.push_back(pairs.values[k]);
    Eigen::Index largest = 0;
    pairs.vectors.col(k).cwiseAbs().maxCoeff(&largest);
    const double sign = pairs.vectors(largest, k) < 0 ? -1 : 1;
    for (Eigen::Index i = 0; i < pairs.vectors.rows(); ++i) found.directions.push_back(sign * pairs.vectors(i, k));
  }
  return found;
}

void draw_normal_image(const PrincipalComponents& components, std::uint64_t seed, std::string_view purpose,
                       std::uint64_t number, std::span<std::uint8_t> pixels) {
  Random random(seed, purpose, 0, number);
  std::vector<double> values = components.mean;
  const double* direction = components.directions.data();
  for (std::size_t k = 0; k < components.count(); ++k, direction += values.size()) {
    const double amount = std::sqrt(components.variances[k]) * random.normal();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += amount * direction[i];
  }
  std::ranges::transform(values, pixels.begin(),
                         [](double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); });
}

}  // namespace ersatz::data
