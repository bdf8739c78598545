#pragma once

#include "data/selection.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {

// How fast this machine is at what runs do, measured in about a second by doing it: on networks
// with random weights, and on the images given. All threads work at the same time, each on a network of
// its own, because cores share caches and clock. Rates are images per second of one thread while it has
// a core: those of a machine that is otherwise idle, even when it is not.

struct SpeedOptions {
  nn::Precision precision = nn::Precision::f32;
  unsigned threads = 1;
};

/// What train() and predict() do with a classifier.
struct ClassifierSpeed {
  double training = 0;    ///< one step: forward, loss, backward, update
  double validation = 0;  ///< forward of the training network
  double testing = 0;     ///< predict()
  double share = 1;       ///< of a core that the threads got while this was measured; near 1 when idle otherwise
};

/// Images are read through the classifier's transform; a head reads random features. `images` has
/// at least one. Takes less memory than as many runs (train/memory.hpp). Throws Stopped when a stop is requested.
ClassifierSpeed measure_classifier(const models::Classifier& classifier, const models::Method& method,
                                   const data::Selection& images, const SpeedOptions& options);

/// What the extraction of features does, with as many threads as options say.
struct FeatureSpeed {
  double images = 0;  ///< per second of one thread
  double share = 1;   ///< as above
};

/// The same for a backbone; the batch is the extraction's own.
FeatureSpeed measure_features(const models::Backbone& backbone, const data::Selection& images,
                              const SpeedOptions& options);

}  // namespace ersatz::train
