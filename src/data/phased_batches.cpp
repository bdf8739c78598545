#include "data/phased_batches.hpp"

#include <algorithm>
#include <utility>

namespace ersatz::data {
namespace {

std::vector<Ramp> shares_of(const std::vector<SampledGroup>& groups) {
  std::vector<Ramp> shares;
  for (const SampledGroup& group : groups) shares.push_back(group.share);
  return shares;
}

std::vector<std::uint32_t> members_of(const SampledPhase& phase) {
  std::vector<std::uint32_t> members;
  for (const SampledGroup& group : phase.groups) {
    members.insert(members.end(), group.members.begin(), group.members.end());
  }
  return members;
}

}  // namespace

DrawnBatches::DrawnBatches(const std::vector<SampledGroup>& groups, std::uint64_t seed, int size, std::int64_t steps,
                           int first_pass)
    : counts_(shares_of(groups), size, steps), seed_(seed), first_pass_(first_pass) {
  std::size_t first = 0;
  for (const SampledGroup& group : groups) {
    streams_.push_back({"shuffle " + group.name, static_cast<std::uint32_t>(first), group.members.size()});
    first += group.members.size();
  }
}

const Batch& DrawnBatches::batch(std::int64_t step) {
  counts_.go_to(step);
  batch_.indices.clear();
  batch_.passes.clear();
  for (std::size_t g = 0; g < streams_.size(); ++g) take(streams_[g], counts_.before()[g], counts_.counts()[g]);
  return batch_;
}

void DrawnBatches::take(Stream& stream, std::int64_t before, std::int64_t count) {
  const auto size = static_cast<std::int64_t>(stream.size);
  for (std::int64_t at = before; at < before + count; ++at) {
    const int pass = static_cast<int>(at / size) + first_pass_;
    if (pass != stream.order_pass) {
      stream.order = shuffled_order(stream.size, seed_, pass, stream.purpose);
      stream.order_pass = pass;
    }
    batch_.indices.push_back(stream.first + stream.order[static_cast<std::size_t>(at % size)]);
    batch_.passes.push_back(pass);
  }
}

int DrawnBatches::last_pass(std::int64_t steps) {
  counts_.go_to(steps - 1);
  std::int64_t last = 0;
  for (std::size_t g = 0; g < streams_.size(); ++g) {
    const std::int64_t taken = counts_.before()[g] + counts_.counts()[g];
    if (taken > 0) last = std::max(last, (taken - 1) / static_cast<std::int64_t>(streams_[g].size));
  }
  return static_cast<int>(last) + first_pass_;
}

PhasedBatches::PhasedBatches(std::vector<SampledPhase> phases, std::uint64_t seed, BatchSize size) {
  std::int64_t first_step = 0;
  int last_pass = 0;  // of the phases so far
  for (SampledPhase& phase : phases) {
    Part part;
    part.members = members_of(phase);
    part.first_step = first_step;
    part.weighted = std::ranges::any_of(phase.groups, [](const SampledGroup& group) {
      return group.weight != Ramp{1, 1};
    });
    const Part* before = parts_.empty() ? nullptr : &parts_.back();
    const bool goes_on = before != nullptr && !phase.drawn && !before->phase.drawn && part.members == before->members;
    const int first_pass = last_pass + 1;
    // Where smaller batches are not trained, and there are fewer examples than a batch, passes follow each other
    // within it.
    const bool streams = size.drops_smaller_last && part.members.size() < static_cast<std::size_t>(size.size);
    if (phase.drawn) {
      part.sampler = std::make_unique<DrawnBatches>(phase.groups, seed, size.size, phase.steps, first_pass);
    } else if (streams) {
      const std::vector<SampledGroup> all{{"all", part.members, {}, {}}};
      part.sampler = std::make_unique<DrawnBatches>(all, seed, size.size, phase.steps, first_pass);
    } else if (goes_on) {
      part.taken = before->taken + before->phase.steps;
      part.sampler = before->sampler;
    } else {
      part.sampler = std::make_unique<ShuffledBatches>(part.members.size(), seed, size, first_pass);
    }
    last_pass = std::max(last_pass, part.sampler->last_pass(part.taken + phase.steps));
    first_step += phase.steps;
    part.phase = std::move(phase);
    parts_.push_back(std::move(part));
  }
}

PhasedBatches::Part& PhasedBatches::part_of(std::int64_t step) {
  std::size_t i = 0;
  while (i + 1 < parts_.size() && parts_[i + 1].first_step <= step) ++i;
  return parts_[i];
}

const Batch& PhasedBatches::batch(std::int64_t step) {
  Part& part = part_of(step);
  const Batch& taken = part.sampler->batch(part.taken + step - part.first_step);
  batch_.source = part.phase.source;
  batch_.indices = taken.indices;
  batch_.passes = taken.passes;
  batch_.weights.clear();
  if (part.weighted) weigh(part, step - part.first_step);
  for (std::uint32_t& index : batch_.indices) index = part.members[index];
  return batch_;
}

// While indices are still places among the members of all groups.
void PhasedBatches::weigh(const Part& part, std::int64_t step) {
  std::vector<std::size_t> ends;
  std::vector<float> weights;
  for (const SampledGroup& group : part.phase.groups) {
    ends.push_back((ends.empty() ? 0 : ends.back()) + group.members.size());
    weights.push_back(static_cast<float>(group.weight.at(step, part.phase.steps)));
  }
  for (const std::uint32_t place : batch_.indices) {
    batch_.weights.push_back(weights[static_cast<std::size_t>(std::ranges::upper_bound(ends, place) - ends.begin())]);
  }
}

int PhasedBatches::last_pass(std::int64_t steps) {
  int last = 0;
  for (Part& part : parts_) {
    if (part.first_step >= steps) break;
    const std::int64_t own = std::min(part.phase.steps, steps - part.first_step);
    last = std::max(last, part.sampler->last_pass(part.taken + own));
  }
  return last;
}

}  // namespace ersatz::data
