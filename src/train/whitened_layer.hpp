#pragma once

#include <cstdint>

#include "data/batch_source.hpp"
#include "models/method.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::train {

/// The whitened first convolution of a network (models::Whitening) while it is trained.
class WhitenedLayer {
 public:
  /// `total_steps` are those of the whole training.
  WhitenedLayer(models::Whitening whitening, std::int64_t total_steps);

  /// Sets the layer's weights in `network`, which was compiled from `spec` and begins with the layer, from some of the
  /// training examples, which depend on the seed. Throws Error when the network has no such layer.
  void set_weights(nn::Network& network, const nn::NetworkSpec& spec, const data::BatchSource& training,
                   std::uint64_t seed) const;

  /// Call it before each update, with the number of updates made: freezes the bias when its time has come.
  void before_step(std::int64_t steps, nn::Sgd& optimizer);

 private:
  models::Whitening whitening_;
  std::int64_t freeze_at_;  ///< the step from which the bias stays as it is
  bool frozen_ = false;
};

}  // namespace ersatz::train
