#include "train/whitened_layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/selection.hpp"
#include "models/whitening.hpp"

namespace ersatz::train {

WhitenedLayer::WhitenedLayer(models::Whitening whitening, std::int64_t total_steps)
    : whitening_(std::move(whitening)),
      freeze_at_(std::llround(whitening_.bias_share * static_cast<double>(total_steps))) {}

void WhitenedLayer::set_weights(nn::Network& network, const nn::Shape& input, const data::BatchSource& training,
                                std::uint64_t seed) const {
  std::vector<std::uint32_t> some = data::shuffled_order(training.size(), seed, 0);
  some.resize(std::min(some.size(), static_cast<std::size_t>(whitening_.examples)));
  std::vector<float> images(some.size() * input.size());
  training.fill(some, 0, images.data());
  const std::string name = whitening_.layer + ".weight";
  const nn::Tensor before = nn::find_tensor(network.weights(), name);
  network.set_weight(name, models::whitening_weights(images, input, static_cast<int>(before.shape[2])));
}

void WhitenedLayer::before_step(std::int64_t steps, nn::Sgd& optimizer) {
  if (frozen_ || steps < freeze_at_) return;
  optimizer.freeze(whitening_.layer + ".bias");
  frozen_ = true;
}

}  // namespace ersatz::train
