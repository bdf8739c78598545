#pragma once

#include <cstddef>

#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {

// Memory that work will take, in bytes, computed before any of it is taken. Networks are counted tensor by tensor
// (nn::memory_bytes()); the rest is estimated, and kMemoryMargin lies on top. Stores of images and files of features
// are mapped: they are page cache, which the system takes back when it needs it, and are not in it.

/// What a process may take besides, as a share: memory that was given back and lies scattered, code made for a network.
inline constexpr double kMemoryMargin = 0.1;

/// How many images a run reads.
struct RunImages {
  std::size_t training = 0, validation = 0;
  std::size_t test = 0;  ///< of the largest set that it is tested on
};

/// The most that a process takes while it trains and tests runs of a classifier, by the images that they read. Making
/// it takes milliseconds, asking it nothing.
class RunMemory {
 public:
  RunMemory(const models::Classifier& classifier, const models::Method& method, nn::Precision precision);

  std::size_t training(const RunImages& images) const;
  std::size_t testing(const RunImages& images) const;

 private:
  std::size_t networks_ = 0, copies_ = 0;              ///< in training: networks, and copies of weights
  std::size_t whitened_ = 0, whitened_images_ = 0;     ///< weights besides them, and the most images, where whitened
  std::size_t tested_ = 0, per_test_ = 0, image_ = 0;  ///< a test, each of its images, and the pixels of an image
};

/// The most that computing the features of a backbone takes.
class ExtractionMemory {
 public:
  ExtractionMemory(const models::Backbone& backbone, nn::Precision precision);
  std::size_t with(unsigned threads) const;

 private:
  std::size_t shared_ = 0, per_thread_ = 0;
};

}  // namespace ersatz::train
