#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/augment/augmentation.hpp"
#include "stats/interval.hpp"
#include "study/toml_section.hpp"
#include "study/training_settings.hpp"

namespace ersatz::study {

// `tune = { trials = 12 }`: every arm of a study, that is a classifier on a training set, is tried with the same
// settings, and goes on with those that its validation images say are best. Test images decide nothing.

inline constexpr std::int64_t kMostTrials = 100;
inline constexpr std::size_t kDecidingSeeds = 3;  ///< at most so many seeds of an arm decide

struct NumberRange {
  double low = 0, high = 0;
  bool operator==(const NumberRange&) const = default;
};

struct TuneRule {
  std::int64_t trials = 12;                  ///< of each arm; from 2 to kMostTrials
  std::optional<NumberRange> learning_rate;  ///< log-uniform; nothing: from a third of the study's to three times it
  NumberRange label_smoothing{0, 0.1};       ///< uniform
  bool augment = true;                       ///< whether images are changed is tried, too

  bool operator==(const TuneRule&) const = default;
};

/// Reads the table tune of [training]. Throws Error "FILE:LINE: KEY: problem", also where nothing could be judged by.
std::optional<TuneRule> read_tuning(const TomlSection& training, const TrainingSettings& asked);

/// What a trial is trained with in place of what the study says; of the first trial nothing is set.
struct Trial {
  std::optional<double> learning_rate, label_smoothing;
  std::optional<std::vector<data::Augmentation>> augment;
};
Json to_json(const Trial& trial);
/// Throws Error or Json::exception on what to_json() cannot have written.
Trial trial_from_json(const Json& value);

/// The trials of every arm of a study whose learning rate is `learning_rate`: a function of both alone. Rates have
/// three digits that count, label smoothings two decimals.
std::vector<Trial> draw_trials(const TuneRule& rule, double learning_rate);

/// How an arm's images are changed is one of these: not at all, flip, flip+crop, flip+crop+color, flip+crop+cutout.
std::vector<std::vector<data::Augmentation>> tried_augmentations();

/// Validation accuracies of an arm's trials, [trial][seed]: nothing where a run is not finished. A trial without seeds
/// is not made: it would repeat an earlier one.
using TrialAccuracies = std::vector<std::vector<std::optional<double>>>;

/// How far the tuning of an arm has come.
struct Tuned {
  std::vector<std::pair<std::size_t, std::size_t>> asked;  ///< trial and seed of the runs that are asked for
  std::size_t trials = 0;                                  ///< that are made
  std::size_t tried = 0;                                   ///< of these, finished with the first seed
  std::vector<std::size_t> finalists;    ///< the best two by the first seed, the better one first; of equals the first
  std::vector<stats::Summary> accuracy;  ///< of each finalist, when all its seeds are finished
  std::optional<std::size_t> chosen;     ///< trial
};

/// Decides by the finished runs alone. All trials are made with the first seed; then the best two with the others; the
/// one with the better mean is chosen. Of equals it is the first.
Tuned tune(const TrialAccuracies& trials);

}  // namespace ersatz::study
