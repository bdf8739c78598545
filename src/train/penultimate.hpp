#pragma once

#include "base/npy.hpp"
#include "data/batch_source.hpp"
#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::train {

/// The layers of a classifier below its last dense one. Throws Error when it has no dense layer.
nn::NetworkSpec feature_layers(const nn::NetworkSpec& network);

/// What the last dense layer of a trained network reads of each example, [n, features], in f32: its features. Up to
/// `threads` threads, 0 = one per core; the bits do not depend on it. Throws Error as feature_layers(), Stopped.
Matrix penultimate_features(const nn::NetworkSpec& network, const nn::NamedTensors& weights,
                            const data::BatchSource& examples, unsigned threads = 1);

}  // namespace ersatz::train
