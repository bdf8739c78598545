#include "train/grad_cam.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>

#include "base/error.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"

namespace ersatz::train {
namespace {

/// The network in two: up to the last convolution with what normalises and activates it, and what follows.
struct Halves {
  nn::NetworkSpec below, above;
};

Halves cut(const nn::NetworkSpec& spec) {
  const auto& layers = spec.layers;
  std::size_t end = layers.size();
  while (end > 0 && !std::holds_alternative<nn::Conv2d>(layers[end - 1])) --end;
  if (end == 0)
    throw Error("it has no convolution, and so no map of where it looks", "explain lenet, vgg16 or convnet");
  while (end < layers.size() &&
         (std::holds_alternative<nn::BatchNorm>(layers[end]) || std::holds_alternative<nn::Gelu>(layers[end]))) {
    ++end;
  }
  const auto middle = layers.begin() + static_cast<std::ptrdiff_t>(end);
  return {{spec.input, {layers.begin(), middle}}, {nn::output_shapes(spec).at(end - 1), {middle, layers.end()}}};
}

/// One axis of a bilinear enlargement: new pixel i lies between old ones `low` and `high`.
struct Between {
  int low, high;
  float share;  ///< of `high`
};

Between between(int i, int from, int to) {
  const float at =
      std::max(0.0F, (static_cast<float>(i) + 0.5F) * static_cast<float>(from) / static_cast<float>(to) - 0.5F);
  const int low = std::min(static_cast<int>(at), from - 1);
  return {low, std::min(low + 1, from - 1), at - static_cast<float>(low)};
}

}  // namespace

std::vector<float> enlarge_bilinear(std::span<const float> values, data::ImageShape from, data::ImageShape to) {
  std::vector<float> enlarged;
  enlarged.reserve(static_cast<std::size_t>(to.height) * to.width);
  const auto value = [&](int y, int x) { return values[static_cast<std::size_t>(y) * from.width + x]; };
  for (int y = 0; y < to.height; ++y) {
    const Between rows = between(y, from.height, to.height);
    for (int x = 0; x < to.width; ++x) {
      const Between columns = between(x, from.width, to.width);
      const auto row = [&](int i) { return std::lerp(value(i, columns.low), value(i, columns.high), columns.share); };
      enlarged.push_back(std::lerp(row(rows.low), row(rows.high), rows.share));
    }
  }
  return enlarged;
}

struct GradCam::State {
  State(const models::WholeNetwork& model, const Halves& halves)
      : image{model.network.input.height, model.network.input.width},
        map{halves.above.input},
        below(halves.below, {1, nn::Precision::f32, false}),
        above(halves.above, {1, nn::Precision::f32, true, true}) {
    below.set_weights(model.weights);
    above.set_weights(model.weights);
  }

  data::ImageShape image;
  nn::Shape map;  ///< of the last convolution's output
  nn::Network below, above;
};

GradCam::GradCam(const models::WholeNetwork& model) : state_(std::make_unique<State>(model, cut(model.network))) {}
GradCam::~GradCam() = default;
GradCam::GradCam(GradCam&&) noexcept = default;

GradCam::Map GradCam::explain(std::span<const float> image, std::optional<int> target) {
  nn::Network &below = state_->below, &above = state_->above;
  if (image.size() != below.input().size()) throw Error("the image has another size than the network reads");
  if (target && (*target < 0 || *target >= above.output_size())) throw Error("the network has no such class");
  std::ranges::copy(image, below.input().begin());
  below.forward();
  std::ranges::copy(below.outputs(), above.input().begin());
  above.forward();

  Map map;
  const auto scores = above.outputs();
  map.probabilities.resize(scores.size());
  nn::softmax(scores, above.output_size(), map.probabilities);
  map.target = target.value_or(static_cast<int>(std::ranges::max_element(scores) - scores.begin()));
  std::ranges::fill(above.output_gradients(), 0.0F);
  above.output_gradients()[static_cast<std::size_t>(map.target)] = 1;
  above.backward();

  const std::size_t area = static_cast<std::size_t>(state_->map.height) * state_->map.width;
  const auto outputs = below.outputs(), gradients = above.input_gradients();
  std::vector<double> sums(area);
  for (std::size_t channel = 0; channel < outputs.size(); channel += area) {
    double weight = 0;
    for (std::size_t i = 0; i < area; ++i) weight += gradients[channel + i];
    weight /= static_cast<double>(area);
    for (std::size_t i = 0; i < area; ++i) sums[i] += weight * outputs[channel + i];
  }
  const double most = *std::ranges::max_element(sums);
  map.flat = !(most > 0 && std::isfinite(most));
  std::vector<float> small(area);
  for (std::size_t i = 0; i < area && !map.flat; ++i) small[i] = static_cast<float>(std::max(0.0, sums[i]) / most);
  map.values = enlarge_bilinear(small, {state_->map.height, state_->map.width}, state_->image);
  return map;
}

}  // namespace ersatz::train
