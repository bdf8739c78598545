#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "stats/interval.hpp"

namespace ersatz::study {

// `budget = "converged"`: every arm of a study, that is a classifier on a training set, is trained with longer and
// longer budgets until another step up the ladder gains less than the tolerance. Judged by validation images alone.

inline constexpr std::int64_t kRungFactor = 4;  ///< a rung has so many times the steps of the one below it
inline constexpr std::int64_t kMostRungs = 6, kMostFirstSteps = 1'000'000'000;

struct LadderRule {
  std::int64_t first_steps = 1562;
  std::int64_t rungs = 3;  ///< at most; from 2 to kMostRungs
  double tolerance = 0.01;

  /// The budget of a rung (from 0).
  std::int64_t steps(std::size_t rung) const;
  bool operator==(const LadderRule&) const = default;
};

/// A classifier on a training set.
struct LadderArm {
  std::string classifier, train_on;
  std::vector<std::vector<std::string>> runs;  ///< ids, [rung][seed]: of all rungs that may be made

  bool operator==(const LadderArm&) const = default;
};

struct Ladder {
  LadderRule rule;
  std::vector<LadderArm> arms;  ///< in plan order

  bool operator==(const Ladder&) const = default;
};

/// The key ladder of study.json, and back. ladder_from_json() throws Json::exception, and Error on what to_json()
/// cannot have written, such as an id that is no name of a folder.
Json to_json(const Ladder& ladder);
Ladder ladder_from_json(const Json& value);
/// The id of a run that study.json names. Throws Error, or Json::exception, for what is no name of a folder.
std::string run_id_from_json(const Json& value);

/// Validation accuracies of a rung's runs at their last step, a place for each seed; nothing where a run is not
/// finished.
using RungAccuracies = std::vector<std::optional<double>>;

/// What one more rung gained: paired differences of the same seed.
struct RungGain {
  stats::Summary difference;
  double high = 0;  ///< upper end of the 95 % interval (Student's t); of one seed the difference itself

  bool one_seed() const { return difference.n == 1; }
};

/// How far an arm has come.
struct Climb {
  enum class Verdict {
    climbing,       ///< a rung that is asked for is not finished
    converged,      ///< the last rung gained less than the tolerance
    not_converged,  ///< the last rung that may be made gained more, or may have
  };
  Verdict verdict = Verdict::climbing;
  std::size_t asked = 1;                 ///< rungs that are asked for: the first ones
  std::vector<stats::Summary> accuracy;  ///< of each rung whose runs are all finished, over seeds
  std::vector<RungGain> gains;           ///< from each of these rungs to the next
  std::size_t chosen = 0;  ///< the arm's budget: the finished rung with the best mean, the lowest of equals
};

/// Decides by the finished runs alone, so that every command that looks at them decides alike. `rungs` are all that may
/// be made. A further rung is asked for when all runs of the one before it are finished, unless that one gained less
/// than the tolerance over the one before it: the upper end of the gain's interval lies below.
Climb climb(const LadderRule& rule, const std::vector<RungAccuracies>& rungs);

}  // namespace ersatz::study
