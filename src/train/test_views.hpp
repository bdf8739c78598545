#pragma once

#include <span>
#include <vector>

#include "nn/network.hpp"
#include "nn/network_spec.hpp"

namespace ersatz::train {

/// A copy of an image that a prediction averages over.
struct TestView {
  int down = 0, right = 0;  ///< pixels it is moved by; what comes in from outside mirrors the border's inside
  bool mirrored = false;    ///< left to right, after it was moved
  double weight = 0;        ///< of its logits in the average
};

/// airbench94's six views (Jordan, arXiv 2404.00498): the image itself, and moved by a pixel up left and down right,
/// half the weight for the first and a quarter for each other, and of each also the mirror image.
std::vector<TestView> test_views();

/// Writes the view of images [n, shape] to `out`, which has their size. Images have at least two rows and columns.
void write_view(const TestView& view, std::span<const float> images, const nn::Shape& shape, float* out);

/// The average logits [batch, output_size()] of the views of network.input(), which is overwritten.
std::vector<float> forward_views(nn::Network& network, const nn::Shape& shape);

}  // namespace ersatz::train
