#include "study/training_batches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "data/phased_batches.hpp"
#include "study/inputs.hpp"
#include "study/matching.hpp"

namespace ersatz::study {
namespace {

const data::Ramp* ramp_of(const SourceRamps& ramps, const std::string& source) {
  const auto found = std::ranges::find(ramps, source, [](const auto& one) { return one.first; });
  return found == ramps.end() ? nullptr : &found->second;
}

data::SampledGroup group(const std::string& source, std::vector<std::uint32_t> members, const SourceRamps& draw,
                         const SourceRamps& weight) {
  data::SampledGroup group{source, std::move(members), {}, {}};
  if (const auto* share = ramp_of(draw, source)) group.share = *share;
  if (const auto* own = ramp_of(weight, source)) group.weight = *own;
  return group;
}

// The whole training as one phase.
data::SampledPhase whole(const RunSpec& spec, const models::Method& method, const TrainingExamples& chosen) {
  const ImageUse& use = spec.train_on.use;
  data::SampledPhase phase;
  phase.drawn = !use.draw.empty();
  phase.steps = method.total_steps(chosen.training.size());
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < spec.train_on.sources.size(); ++i) {
    std::vector<std::uint32_t> members(chosen.trained_images[i]);
    std::iota(members.begin(), members.end(), first);
    first += static_cast<std::uint32_t>(members.size());
    if (!members.empty()) {
      phase.groups.push_back(group(spec.train_on.sources[i].first, std::move(members), use.draw, use.weight));
    }
  }
  return phase;
}

data::SampledPhase sampled(const Phase& phase, const std::vector<std::vector<std::uint32_t>>& members) {
  data::SampledPhase result;
  result.drawn = !phase.draw.empty();
  result.steps = phase.steps;
  for (std::size_t i = 0; i < phase.sources.size(); ++i) {
    if (!members[i].empty()) {
      result.groups.push_back(group(phase.sources[i].first, members[i], phase.draw, phase.weight));
    }
  }
  return result;
}

}  // namespace

TrainingBatches make_training_batches(const models::Classifier& classifier, const models::Method& method,
                                      const RunSpec& spec, const TrainingExamples& chosen,
                                      const std::filesystem::path& cache) {
  TrainingBatches batches;
  const auto matched = match_images(spec, chosen);
  batches.images = make_training_source(classifier, method, spec, chosen.training, matched, cache);
  const ImageUse& use = spec.train_on.use;
  std::vector<data::SampledPhase> phases;
  for (std::size_t i = 0; i < use.phases.size(); ++i) {
    phases.push_back(sampled(use.phases[i], chosen.phases[i]));
    if (!use.phases[i].augment) continue;
    models::Method own = method;
    own.augmentation = *use.phases[i].augment;
    batches.of_phases.push_back(make_training_source(classifier, own, spec, chosen.training, matched, cache));
    phases.back().source = batches.of_phases.back().get();
  }
  if (!use.draw.empty() || !use.weight.empty()) phases.push_back(whole(spec, method, chosen));
  if (!phases.empty()) {
    batches.sampler = std::make_unique<data::PhasedBatches>(std::move(phases), spec.seed, method.batching);
  }
  return batches;
}

}  // namespace ersatz::study
