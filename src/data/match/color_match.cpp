#include "data/match/color_match.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/stop.hpp"

namespace ersatz::data {
namespace {

using Matrix3 = Eigen::Matrix3d;

Matrix3 to_matrix(const std::array<std::array<double, 3>, 3>& rows) {
  Matrix3 matrix;
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) matrix(i, k) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
  }
  return matrix;
}

// A symmetric matrix with `change` made to its eigenvalues, those that are none but for rounding as 0.
template <typename Change>
Matrix3 with_eigenvalues(const Matrix3& matrix, Change change) {
  const Eigen::SelfAdjointEigenSolver<Matrix3> solver(matrix);
  Eigen::Vector3d values = solver.eigenvalues();
  const double least = 1e-9 * values.maxCoeff();
  for (double& value : values) value = change(value > least && value > 0 ? value : 0);
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().transpose();
}

}  // namespace

ColorStatistics color_statistics(std::span<const ImageReference> images) {
  // Whole numbers: the order of the images cannot matter.
  std::uint64_t count = 0, sums[3] = {}, products[3][3] = {};
  for (const ImageReference& image : images) {
    if (stop_requested()) throw Stopped();
    const std::span<const std::uint8_t> pixels = image.pixels();
    count += pixels.size() / 3;
    for (std::size_t at = 0; at < pixels.size(); at += 3) {
      for (std::size_t i = 0; i < 3; ++i) {
        sums[i] += pixels[at + i];
        for (std::size_t k = 0; k <= i; ++k) products[i][k] += std::uint64_t{pixels[at + i]} * pixels[at + k];
      }
    }
  }
  ColorStatistics statistics;
  const auto n = static_cast<double>(count);
  for (std::size_t i = 0; i < 3; ++i) statistics.mean[i] = static_cast<double>(sums[i]) / n;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      statistics.covariance[i][k] = statistics.covariance[k][i] =
          static_cast<double>(products[i][k]) / n - statistics.mean[i] * statistics.mean[k];
    }
  }
  return statistics;
}

ColorMatch::ColorMatch(const ColorStatistics& from, const ColorStatistics& to) {
  const Matrix3 own = to_matrix(from.covariance);
  const auto root = [](double value) { return std::sqrt(value); };
  const Matrix3 own_root = with_eigenvalues(own, root);
  const Matrix3 inverse = with_eigenvalues(own, [](double value) { return value > 0 ? 1 / std::sqrt(value) : 0; });
  const Matrix3 factor = inverse * with_eigenvalues(own_root * to_matrix(to.covariance) * own_root, root) * inverse;
  for (std::size_t i = 0; i < 3; ++i) {
    shift_[i] = to.mean[i];
    for (std::size_t k = 0; k < 3; ++k) {
      factor_[i][k] = factor(static_cast<int>(i), static_cast<int>(k));
      shift_[i] -= factor_[i][k] * from.mean[k];
    }
  }
}

void ColorMatch::apply(std::span<const std::uint8_t> pixels, std::uint8_t* out) const {
  for (std::size_t at = 0; at < pixels.size(); at += 3) {
    const double r = pixels[at], g = pixels[at + 1], b = pixels[at + 2];
    for (std::size_t i = 0; i < 3; ++i) {
      const double value = factor_[i][0] * r + factor_[i][1] * g + factor_[i][2] * b + shift_[i];
      *out++ = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
    }
  }
}

}  // namespace ersatz::data
