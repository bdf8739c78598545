#include "study/resolve.hpp"

#include <optional>

#include "base/overloaded.hpp"

namespace ersatz::study {
namespace {

// As the study says, or else as the seed study does.
models::Method study_method(const TrainingSettings& asked) {
  const TrainingSettings all = with_defaults(asked);
  models::Method method;
  method.batching.size = static_cast<int>(*all.batch);
  method.optimizer.learning_rate = *all.learning_rate;
  method.optimizer.momentum = *all.momentum;
  method.optimizer.nesterov = *all.nesterov;
  models::ExponentialDecay decay{*all.decay_rate, *all.decay_steps};
  if (all.steps) {
    method.budget = models::StepBudget{*all.steps};
    decay.decay_steps = asked.decay_steps.value_or(usual_decay_steps(*all.steps));
  } else {
    // Without images that are watched nothing can stop early.
    const bool watched = *all.validation > 0 || all.own_validation;
    method.budget = models::EpochBudget{static_cast<int>(*all.epochs), watched ? static_cast<int>(*all.patience) : 0};
  }
  method.schedule = asked.cooldown ? models::Schedule(models::Cooldown{*asked.cooldown}) : decay;
  return method;
}

models::Method own_method(const models::OwnMethod& own, const TrainingSettings& asked, std::size_t images) {
  const auto epochs = asked.epochs ? std::optional(static_cast<double>(*asked.epochs)) : std::nullopt;
  return own.resolve(images, epochs, asked.steps);
}

std::vector<std::string> ignored_keys(const TrainingSettings& asked) {
  std::vector<std::string> keys;
  for (const Field& field : settings_fields()) {
    const bool set = std::visit([&](const auto& kind) { return (asked.*kind.member).has_value(); }, field.kind);
    if (field.of_method && set) keys.emplace_back(field.key);
  }
  return keys;
}

// The method in the keys of run.json. A budget of steps is recorded as 0 epochs with patience 0, and a schedule that
// these keys cannot describe as the usual decay: so versions up to 0.1 did, and a run's id is made of these keys.
void record(const models::Method& method, TrainingSettings& used) {
  used.batch = method.batching.size;
  used.learning_rate = method.optimizer.learning_rate;
  used.momentum = method.optimizer.momentum;
  used.nesterov = method.optimizer.nesterov;
  std::visit(Overloaded{[&](const models::EpochBudget& epochs) {
                          used.epochs = epochs.epochs;
                          used.patience = epochs.patience;
                          used.steps.reset();
                        },
                        [&](const models::StepBudget& steps) {
                          used.epochs = used.patience = 0;
                          used.steps = steps.steps;
                        }},
             method.budget);
  const auto* decay = std::get_if<models::ExponentialDecay>(&method.schedule);
  const TrainingSettings usual = with_defaults({});
  used.decay_rate = decay == nullptr ? usual.decay_rate : decay->decay_rate;
  used.decay_steps = decay == nullptr ? usual.decay_steps : decay->decay_steps;
  const auto* cooldown = std::get_if<models::Cooldown>(&method.schedule);
  used.cooldown = cooldown == nullptr ? std::nullopt : std::optional(cooldown->share);
}

}  // namespace

Resolution resolve(const TrainingSettings& asked, const models::Classifier& classifier, const TrainingSet& set,
                   std::size_t images) {
  Resolution resolution;
  models::Method& method = resolution.method;
  if (classifier.method) {
    method = own_method(*classifier.method, asked, images);
    resolution.version = classifier.method->version;
    resolution.ignored = ignored_keys(asked);
  } else {
    method = study_method(asked);
  }
  if (set.augment) method.augmentation = *set.augment;

  TrainingSettings& used = resolution.used;
  used = with_defaults(asked);
  record(method, used);
  if (used.validate_on && used.validate_on->empty()) used.validate_on.reset();
  // The classifier's usual smoothing is part of its method, and has no key of its own.
  const double usual_smoothing = method.label_smoothing;
  method.label_smoothing = asked.label_smoothing.value_or(usual_smoothing);
  used.label_smoothing.reset();
  if (method.label_smoothing != usual_smoothing) used.label_smoothing = method.label_smoothing;
  return resolution;
}

}  // namespace ersatz::study
