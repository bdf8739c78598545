#include "study/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "study/image_use.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

// [0.003, 0.1]: rising, and every value one that the setting may have.
std::optional<NumberRange> read_range(const TomlSection& section, std::string_view key, double least, bool with_least,
                                      double below) {
  if (!section.has(key)) return std::nullopt;
  const auto* ends = section.node(key).as_array();  // they may be equal, which lists of numbers may not
  if (ends == nullptr || ends->size() != 2 || !(*ends)[0].is_number() || !(*ends)[1].is_number()) {
    section.fail(key, "must be the two ends of a range", fmt::format("{} = [0.01, 0.1]", key));
  }
  const NumberRange range{*(*ends)[0].value<double>(), *(*ends)[1].value<double>()};
  if (range.low > range.high) section.fail(key, fmt::format("goes from {} down to {}", range.low, range.high));
  for (const double end : {range.low, range.high}) {
    const bool fits = std::isfinite(end) && end < below && (with_least ? end >= least : end > least);
    if (!fits) section.fail(key, fmt::format("holds {}, which {} of [training] cannot be", end, key));
  }
  return range;
}

double rounded(double value, int digits) { return std::stod(fmt::format("{:.{}g}", value, digits)); }

// Log-uniform, with three digits that count.
double draw_rate(const NumberRange& range, double share) {
  return std::clamp(rounded(range.low * std::pow(range.high / range.low, share), 3), range.low, range.high);
}

double draw_smoothing(const NumberRange& range, double share) {
  return std::clamp(std::round(100 * (range.low + (range.high - range.low) * share)) / 100, range.low, range.high);
}

}  // namespace

std::optional<TuneRule> read_tuning(const TomlSection& training, const TrainingSettings& asked) {
  const auto section = training.section("tune");
  if (!section) return std::nullopt;
  section->allow_only(keys_of("training.tune"));
  if (asked.validation == 0.0) {
    training.fail("tune", "needs images to be judged by, but validation is 0",
                  "set a validation part aside, or own_validation = 0.25");
  }
  TuneRule rule;
  rule.trials = section->integer("trials", 2, kMostTrials).value_or(rule.trials);
  rule.learning_rate = read_range(*section, "learning_rate", 0, false, std::numeric_limits<double>::infinity());
  rule.label_smoothing = read_range(*section, "label_smoothing", 0, true, 1).value_or(rule.label_smoothing);
  rule.augment = section->flag("augment").value_or(rule.augment);
  const bool rate = !rule.learning_rate || rule.learning_rate->low < rule.learning_rate->high;
  if (!rate && !rule.augment && rule.label_smoothing.low == rule.label_smoothing.high) {
    training.fail("tune", "leaves nothing to be tried", "give learning_rate or label_smoothing two ends that differ");
  }
  return rule;
}

Json to_json(const Trial& trial) {
  Json value = Json::object();
  if (trial.learning_rate) value["learning_rate"] = *trial.learning_rate;
  if (trial.label_smoothing) value["label_smoothing"] = *trial.label_smoothing;
  if (trial.augment) value["augment"] = augmentations_to_json(*trial.augment);
  return value;
}

Trial trial_from_json(const Json& value) {
  Trial trial;
  if (!value.is_object()) throw Error("a trial is no object");
  if (value.contains("learning_rate")) trial.learning_rate = value.at("learning_rate").get<double>();
  if (value.contains("label_smoothing")) trial.label_smoothing = value.at("label_smoothing").get<double>();
  if (value.contains("augment")) {
    if (!value.at("augment").is_array()) throw Error("a trial's augment is no list");
    trial.augment = augmentations_from_json(value.at("augment"));
  }
  return trial;
}

std::vector<std::vector<data::Augmentation>> tried_augmentations() {
  return {{},
          {data::Flip{}},
          {data::Flip{}, data::Crop{}},
          {data::Flip{}, data::Crop{}, data::Color{}},
          {data::Flip{}, data::Crop{}, data::Cutout{}}};
}

std::vector<Trial> draw_trials(const TuneRule& rule, double learning_rate) {
  const NumberRange rates = rule.learning_rate.value_or(NumberRange{learning_rate / 3, learning_rate * 3});
  const NumberRange& smoothings = rule.label_smoothing;
  const auto augmentations = tried_augmentations();
  std::vector<Trial> trials(1);
  while (std::cmp_less(trials.size(), rule.trials)) {
    // All are drawn in any case: what is not tried does not shift what is.
    Random random(0, "tune", 0, trials.size());
    const double rate_share = random.uniform(), smoothing_share = random.uniform();
    const std::uint32_t augmentation = random.below(static_cast<std::uint32_t>(augmentations.size()));
    Trial& trial = trials.emplace_back();
    if (rates.low < rates.high) trial.learning_rate = draw_rate(rates, rate_share);
    if (smoothings.low < smoothings.high) trial.label_smoothing = draw_smoothing(smoothings, smoothing_share);
    if (rule.augment) trial.augment = augmentations[augmentation];
  }
  return trials;
}

Tuned tune(const TrialAccuracies& trials) {
  Tuned result;
  std::vector<std::size_t> made;
  for (std::size_t trial = 0; trial < trials.size(); ++trial) {
    if (!trials[trial].empty()) made.push_back(trial);
  }
  result.trials = made.size();
  if (made.size() == 1) result.chosen = made.front();
  if (made.size() < 2) return result;
  for (const std::size_t trial : made) {
    result.asked.emplace_back(trial, 0);
    if (trials[trial].front()) ++result.tried;
  }
  if (result.tried < made.size()) return result;
  std::ranges::stable_sort(made, std::ranges::greater(), [&](std::size_t trial) { return *trials[trial].front(); });
  result.finalists = {made[0], made[1]};
  bool finished = true;
  for (const std::size_t trial : result.finalists) {
    std::vector<double> values;
    for (std::size_t seed = 0; seed < trials[trial].size(); ++seed) {
      if (seed > 0) result.asked.emplace_back(trial, seed);
      if (trials[trial][seed]) values.push_back(*trials[trial][seed]);
    }
    finished = finished && values.size() == trials[trial].size();
    result.accuracy.push_back(stats::summarise(values));
  }
  if (!finished) {
    result.accuracy.clear();
    return result;
  }
  // By the mean; of equals the first in the list of trials, as above.
  const auto [first, second] = std::pair(result.finalists[0], result.finalists[1]);
  const double difference = result.accuracy[0].mean - result.accuracy[1].mean;
  result.chosen = difference > 0 || (difference == 0 && first < second) ? first : second;
  return result;
}

}  // namespace ersatz::study
