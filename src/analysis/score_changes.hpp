#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/mixtures.hpp"
#include "stats/crossed.hpp"

// A classifier that is right more often may be less sure of itself where it should be, and surer where it should not.
namespace ersatz::analysis {

/// Scores of probabilities, of which less is better (stats/calibration.hpp).
enum class Score { log_loss, brier, calibration_error };

/// What adding images did to a score, over the seeds.
struct ScoreChange {
  Score score = Score::log_loss;
  double before = 0, after = 0;
  /// Of after - before, 95 % for all changes of the table together (stats::simultaneous_level): of log loss and Brier
  /// score over seeds and test images, of the calibration error, which is no mean over images, over seeds alone
  /// (stats::t_interval; without ends for one seed).
  stats::Interval interval;
};

/// A training set with images of other sources beside its own, whose accuracy and whose scores disagree.
struct Trade {
  std::string classifier, title;
  Mixture mixture;
  std::size_t own = 0, seeds = 0;
  double accuracy = 0;              ///< its change
  stats::Interval interval;         ///< 95 % for all accuracies of the table together
  std::vector<ScoreChange> scores;  ///< those that moved the other way

  bool gained() const { return interval.low > 0; }
  bool lost() const { return interval.high < 0; }
};

/// Of all mixtures that were set against their images of `source` alone: those where a score is shown to be worse
/// although the accuracy is not shown to have fallen, or to be better although it has. In plan order. A classifier
/// whose runs have no probabilities (a pack), or one that diverged, has none. Reads the predictions run by run, once.
std::vector<Trade> trades(const ResultTable& table, const std::string& source);

}  // namespace ersatz::analysis
