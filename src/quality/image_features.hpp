#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/npy.hpp"
#include "data/selection.hpp"
#include "models/whole_network.hpp"
#include "train/feature_cache.hpp"

namespace ersatz::quality {

/// What stands for an image where sources are compared: a row of numbers.
struct FeatureSpace {
  std::string title;  ///< "pixels", "VGG16, first three blocks", "LeNet, REAL"
  /// [n, features] of the images, in their order. The same bits for any number of threads. Throws Error, Stopped.
  std::function<Matrix(const data::Selection& images)> rows;
};

/// Every channel of every pixel, 0 to 1.
FeatureSpace pixel_space();

/// The pooled features of a frozen backbone, read from the cache and computed before where it lacks them: of all images
/// of a store at once.
FeatureSpace backbone_space(const std::string& title, const train::FeatureRequest& request,
                            const train::FeatureOptions& options);

/// What the last dense layer of a trained classifier reads of the images, which must have the size of its own.
FeatureSpace classifier_space(const std::string& title, models::WholeNetwork classifier, unsigned threads);

}  // namespace ersatz::quality
