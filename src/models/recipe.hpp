#pragma once

#include <string>
#include <vector>

#include "data/augment/augmentation.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::models {

/// How a classifier that brings its own way of training is trained, instead of by a study's [training] section. The
/// values are those of airbench94 (K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv 2404.00498).
struct Recipe {
  std::string version = "airbench94-1";  ///< part of a run's identity: it changes when anything below does
  int batch = 1024;                      ///< all examples where there are fewer; a smaller last batch is left out
  double epochs = 9.9;

  // Decoupled from each other: rate and decay are those of 1024 examples, with the momentum's effect taken out.
  double rate = 11.5, momentum = 0.85, decay = 0.0153;
  double norm_bias_factor = 64;  ///< the biases of batch normalisation learn so much faster
  nn::Triangle schedule;
  double label_smoothing = 0.2;

  // Lookahead (Zhang et al. 2019, arXiv 1907.08610): every so many steps the weights become their running average,
  // which keeps average_most x (share of the steps)^3 of itself.
  int average_every = 5;
  double average_most = 0.95 * 0.95 * 0.95 * 0.95 * 0.95;

  // The first convolution's frozen weights whiten patches of the training images (whitening.hpp); its bias is trained
  // for a while.
  std::string whitened = "whiten";
  int whitening_examples = 5000;
  double bias_share = 3 / 9.9;  ///< of the steps

  std::vector<data::Augmentation> augment{data::Flip{0.5, true}, data::Crop{1, 2, true}};
  bool test_views = true;  ///< predictions average over mirrored and moved copies of an image (train/test_views.hpp)
};

}  // namespace ersatz::models
