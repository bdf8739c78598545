#include "train/whitened_layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "data/selection.hpp"
#include "models/whitening.hpp"

namespace ersatz::train {

WhitenedLayer::WhitenedLayer(models::Whitening whitening, std::int64_t total_steps)
    : whitening_(std::move(whitening)),
      freeze_at_(std::llround(whitening_.bias_share * static_cast<double>(total_steps))) {}

void WhitenedLayer::set_weights(nn::Network& network, const nn::NetworkSpec& spec, const data::BatchSource& training,
                                std::uint64_t seed) const {
  std::vector<std::uint32_t> some = data::shuffled_order(training.size(), seed, 0);
  some.resize(std::min(some.size(), static_cast<std::size_t>(whitening_.examples)));
  std::vector<float> images(some.size() * spec.input.size());
  training.fill(some, 0, images.data());
  const int kernel = std::get<nn::Conv2d>(spec.layers.front()).kernel;
  network.set_weight(whitening_.layer + ".weight", models::whitening_weights(images, spec.input, kernel));
}

void WhitenedLayer::before_step(std::int64_t steps, nn::Sgd& optimizer) {
  if (frozen_ || steps < freeze_at_) return;
  optimizer.freeze(whitening_.layer + ".bias");
  frozen_ = true;
}

}  // namespace ersatz::train
