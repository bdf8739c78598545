#include "models/whitening.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <cstddef>

namespace ersatz::models {

nn::Tensor whitening_weights(std::span<const float> images, const nn::Shape& shape, int kernel, double epsilon) {
  const std::size_t n = images.size() / shape.size();
  const int size = shape.channels * kernel * kernel;
  Eigen::MatrixXd moments = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd patch(size);
  double patches = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float* image = images.data() + i * shape.size();
    for (int y = 0; y + kernel <= shape.height; ++y) {
      for (int x = 0; x + kernel <= shape.width; ++x, ++patches) {
        int at = 0;
        for (int c = 0; c < shape.channels; ++c) {
          for (int ky = 0; ky < kernel; ++ky) {
            const float* row = image + (static_cast<std::ptrdiff_t>(c) * shape.height + y + ky) * shape.width + x;
            for (int kx = 0; kx < kernel; ++kx) patch[at++] = row[kx];
          }
        }
        moments.selfadjointView<Eigen::Lower>().rankUpdate(patch);
      }
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments / patches);  // reads the lower half; rising order
  nn::Tensor weights{{2 * size, shape.channels, kernel, kernel}, {}};
  for (const double sign : {1.0, -1.0}) {
    for (int v = size; v-- > 0;) {
      const double scale = sign / std::sqrt(solver.eigenvalues()[v] + epsilon);
      for (int k = 0; k < size; ++k) {
        weights.values.push_back(static_cast<float>(scale * solver.eigenvectors()(k, v)));
      }
    }
  }
  return weights;
}

}  // namespace ersatz::models
