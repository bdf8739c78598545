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

/// The most that a process takes while it trains a run, and while it tests it.
struct RunMemory {
  std::size_t training = 0, testing = 0;
};
RunMemory run_memory(const models::Classifier& classifier, const models::Method& method, nn::Precision precision,
                     const RunImages& images);

/// The most that computing the features of a backbone takes with so many threads.
std::size_t extraction_memory(const models::Backbone& backbone, nn::Precision precision, unsigned threads);

}  // namespace ersatz::train
