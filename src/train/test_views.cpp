#include "train/test_views.hpp"

#include "data/augment/mirrored.hpp"

namespace ersatz::train {

std::vector<TestView> test_views() {
  return {{0, 0, false, 0.25}, {0, 0, true, 0.25},     {1, 1, false, 0.125},
          {1, 1, true, 0.125}, {-1, -1, false, 0.125}, {-1, -1, true, 0.125}};
}

void write_view(const TestView& view, std::span<const float> images, const nn::Shape& shape, float* out) {
  const std::size_t area = static_cast<std::size_t>(shape.height) * shape.width;
  for (const float* plane = images.data(); plane < images.data() + images.size(); plane += area) {
    for (int y = 0; y < shape.height; ++y) {
      const float* row = plane + static_cast<std::ptrdiff_t>(data::mirrored(y - view.down, shape.height)) * shape.width;
      for (int x = 0; x < shape.width; ++x) {
        const int column = view.mirrored ? shape.width - 1 - x : x;
        *out++ = row[data::mirrored(column - view.right, shape.width)];
      }
    }
  }
}

std::vector<float> forward_views(nn::Network& network, const nn::Shape& shape) {
  const std::vector<float> images(network.input().begin(), network.input().end());
  std::vector<double> sums(network.outputs().size());
  for (const TestView& view : test_views()) {
    write_view(view, images, shape, network.input().data());
    network.forward();
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += view.weight * network.outputs()[i];
  }
  return {sums.begin(), sums.end()};
}

}  // namespace ersatz::train
