#pragma once

#include <cstdint>
#include <vector>

#include "data/batch_source.hpp"

namespace ersatz::data {

/// The examples of one step.
struct Batch {
  const BatchSource* source = nullptr;  ///< that they are read from; nullptr: the one that is trained on
  std::vector<std::uint32_t> indices;   ///< of the examples in the source
  std::vector<int> passes;              ///< of each, from 1: the pass over its images, for augmentation
  std::vector<float> weights;           ///< of each in the loss; empty where all have 1
};

/// Says which examples a step trains on. A batch depends on its step alone, so that training that goes on from a
/// checkpoint needs nothing else. Steps that follow each other are cheap; another one may cost a walk from the first.
class BatchSampler {
 public:
  virtual ~BatchSampler() = default;

  /// The batch of a step (from 0); valid until the next call.
  virtual const Batch& batch(std::int64_t step) = 0;
  /// The highest pass that any example has in the first `steps` (at least 1) steps.
  virtual int last_pass(std::int64_t steps) = 0;
};

/// Batches of `size` examples, or all but the last of a pass.
struct BatchSize {
  int size = 64;
  bool drops_smaller_last = false;  ///< the smaller last batch of a pass is left out

  /// Batches in a pass over n examples; 1 over fewer than a batch.
  std::int64_t per_pass(std::size_t n) const;
};

/// Pass after pass over n examples, each in a new order (shuffled_order()). Passes count from `first_pass`.
class ShuffledBatches : public BatchSampler {
 public:
  ShuffledBatches(std::size_t n, std::uint64_t seed, BatchSize size, int first_pass = 1);

  const Batch& batch(std::int64_t step) override;
  int last_pass(std::int64_t steps) override;

 private:
  std::size_t n_;
  std::uint64_t seed_;
  BatchSize size_;
  int first_pass_;
  std::vector<std::uint32_t> order_;  // of pass order_pass_
  int order_pass_ = 0;
  Batch batch_;
};

}  // namespace ersatz::data
