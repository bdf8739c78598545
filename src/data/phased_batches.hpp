#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/apportionment.hpp"
#include "data/batch_sampler.hpp"
#include "data/ramp.hpp"

namespace ersatz::data {

/// Examples that are drawn alike: those of one source.
struct SampledGroup {
  std::string name;                    ///< decides their order, besides the seed and the pass
  std::vector<std::uint32_t> members;  ///< examples: indices into the source that is read; at least one
  Ramp share;                          ///< of every batch, where the phase is drawn
  Ramp weight;                         ///< in the loss
};

/// A number of steps that take their examples in one way.
struct SampledPhase {
  std::vector<SampledGroup> groups;
  bool drawn = false;  ///< every batch takes the groups' shares; else all are shuffled together
  std::int64_t steps = 1;
  const BatchSource* source = nullptr;  ///< that their examples are read from; nullptr: the one that is trained on
};

/// Full batches that take a share of each group. A group is a stream of its own: pass after pass over its members,
/// each in a new order, whatever the others do. Indices are places in all members, one group after the other.
class DrawnBatches : public BatchSampler {
 public:
  /// Of `groups` names, sizes and shares count.
  DrawnBatches(const std::vector<SampledGroup>& groups, std::uint64_t seed, int size, std::int64_t steps,
               int first_pass);

  const Batch& batch(std::int64_t step) override;
  int last_pass(std::int64_t steps) override;

 private:
  struct Stream {
    std::string purpose;  // of its random numbers
    std::uint32_t first;  // its first member among all
    std::size_t size;
    std::vector<std::uint32_t> order{};  // of pass order_pass
    int order_pass = 0;
  };

  void take(Stream& stream, std::int64_t before, std::int64_t count);

  std::vector<Stream> streams_;
  Apportionment counts_;
  std::uint64_t seed_;
  int first_pass_;
  Batch batch_;
};

/// One phase after the other. A phase begins new passes; only where it takes the same examples as the one before, both
/// shuffled together, it goes on with that one's. So two phases that differ in nothing are one.
class PhasedBatches : public BatchSampler {
 public:
  PhasedBatches(std::vector<SampledPhase> phases, std::uint64_t seed, BatchSize size);

  const Batch& batch(std::int64_t step) override;
  int last_pass(std::int64_t steps) override;

 private:
  struct Part {
    SampledPhase phase;
    std::vector<std::uint32_t> members;     // of all groups
    std::shared_ptr<BatchSampler> sampler;  // of the phase before, too, where it goes on
    std::int64_t first_step;                // of all
    std::int64_t taken = 0;                 // steps that the phases before took of the same passes
    bool weighted = false;
  };

  Part& part_of(std::int64_t step);
  void weigh(const Part& part, std::int64_t step);

  std::vector<Part> parts_;
  Batch batch_;
};

}  // namespace ersatz::data
