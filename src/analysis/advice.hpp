#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/gains.hpp"
#include "analysis/substitution.hpp"
#include "study/advice/search_plan.hpp"

namespace ersatz::analysis {

/// What a search knows of a recipe: validation accuracy after a budget, over the search's seeds.
struct Trial {
  std::string recipe;
  std::int64_t steps = 0;
  stats::Summary accuracy;
};

/// Of the finished runs in a search's output folder, the best first; of equal ones the shorter, then by name. Reads
/// histories and no predictions.
std::vector<Trial> read_trials(const std::filesystem::path& out);

/// The first `kept` recipes of the trials that `among` names, each once.
std::vector<study::Recipe> best_recipes(const std::vector<Trial>& trials, const std::vector<study::Recipe>& among,
                                        std::size_t kept);

/// A recipe that the searches chose, with the budget that was best for it.
struct Chosen {
  study::Recipe recipe;
  std::int64_t steps = 0;
  stats::Summary validation;  ///< that it was chosen by
};
/// The best trial of the recipes in `among`. Throws Error when none of them has one.
Chosen best_of(const std::vector<Trial>& trials, const std::vector<study::Recipe>& among);

/// What the test says of the best recipe with generated images against the best without.
struct Advice {
  enum class Verdict {
    use,         ///< they help: the gain's interval lies above 0
    harm,        ///< they harm: it lies below 0
    too_little,  ///< they add less than kLeastGain, whether or not anything: the interval's upper end says so
    open,        ///< these runs cannot tell
  };
  std::string source;  ///< real
  std::size_t photographs = 0, test_images = 0, seeds = 0;
  Chosen with;
  std::optional<Chosen> without;  ///< nothing where no photograph was trained on
  stats::Summary accuracy, accuracy_without;
  stats::Interval accuracy_interval, without_interval;
  /// From the recipe without (first) to the one with (second). Without photographs: from the usual training on the same
  /// generated images to the recipe.
  PairedDifference gain;
  Verdict verdict = Verdict::open;
  /// Where a verifier chose the images: from as many at random (first) to the recipe (second).
  std::optional<PairedDifference> over_random;
  std::optional<Equivalent> worth;         ///< photographs that do as well, by the recipe without; where it has a curve
  std::vector<ClassSubstitution> classes;  ///< own: without, other: with
  std::string model;                       ///< the run with the recipe's first seed
};

/// A smaller gain of accuracy is too little to bother with.
inline constexpr double kLeastGain = 0.01;
Advice::Verdict verdict(const PairedDifference& gain);

/// Name of the training set that the best recipe without is trained on again with so many photographs.
std::string point_name(std::size_t photographs);
/// Name of the training set that is trained as usual on the recipe's images, where there are no photographs.
inline constexpr const char* kUsual = "usual";

/// Of what the test's output folders hold, with generated images and without; where there are no photographs both are
/// the same. Throws Error where a run is missing, or the test images differ.
Advice make_advice(const study::SearchPlan& plan, const Chosen& with, const std::optional<Chosen>& without,
                   const ResultTable& of_with, const ResultTable& of_without);

}  // namespace ersatz::analysis
