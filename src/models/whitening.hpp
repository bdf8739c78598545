#pragma once

#include <span>

#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::models {

/// Weights [2 m, channels, kernel, kernel] of a convolution, m = channels x kernel^2, whose outputs on patches of these
/// images are uncorrelated: the eigenvectors of the patches' second moments, largest first, each over
/// sqrt(eigenvalue + epsilon), and then all of them with the opposite sign (Jordan, arXiv 2404.00498, section 3.1).
/// `images` is [n, shape], n > 0; images are at least as large as the kernel.
nn::Tensor whitening_weights(std::span<const float> images, const nn::Shape& shape, int kernel, double epsilon = 5e-4);

}  // namespace ersatz::models
