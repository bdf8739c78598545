#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "models/method.hpp"
#include "study/ladder.hpp"
#include "study/longer_run.hpp"
#include "study/real_source.hpp"
#include "study/run_record.hpp"
#include "study/run_spec.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {

/// A run that the study asks for.
struct PlannedRun {
  RunSpec spec;
  models::Method method;  ///< that it is trained with
  std::string id;
  std::size_t training_images = 0, validation_images = 0;
  /// What verifiers learn from and what they judge, where the training set asks one (verified_images.hpp).
  std::size_t photographs = 0, judged_images = 0;
  double cost = 0;      ///< estimated work: images trained on x multiplications of one image
  std::size_t arm = 0;  ///< the number of its classifier on its training set
  bool trial = false;   ///< its validation images decide whether its settings are chosen; it is not tested
  /// The same with the next longer budget of a ladder, which may go on from where this one's cooldown begins.
  std::optional<LongerRun> longer;
};

/// All runs of a study on its data: classifiers outermost, then training sets, then budgets, then seeds, each in
/// the order of the study file. Trials stand behind the other runs of their arm.
struct Plan {
  std::vector<PlannedRun> runs;           ///< that are asked for
  std::vector<PlannedRun> later;          ///< that may follow: longer ones of a ladder, and what comes after trials
  std::optional<Ladder> ladder;           ///< of a study whose budget is "converged"; its arms with chosen settings
  std::optional<Stages> stages;           ///< of a study that tunes its arms or adds seeds
  std::vector<PlannedRun> possible;       ///< all runs that its stages may ask for
  std::vector<double> arm_costs;          ///< of each arm of a ladder or of stages, all runs together
  std::vector<OwnSettings> own_settings;  ///< of arms that have any
  RealSource real;                        ///< whose images the others stand in for
  std::vector<std::string> test_on;       ///< sources and test sets that every run is tested on
  std::vector<std::string> notes;         ///< what a reader of the tables must know: images left out, runs not made
  std::vector<std::string> warnings;      ///< what nobody may overlook: leaks, a sample instead of the whole
  std::vector<std::string> remarks;       ///< what the one who wrote the study should know: keys that do not count

  /// Whether an arm's runs depend on each other, so that one part has all of them.
  bool by_arm() const { return ladder || stages; }
};

/// Classifiers whose backbone has no weights, neither given in the study nor in `cache`, make no runs
/// but a note. Throws Error when the study names a source that the data do not have, more images
/// than there are, a split without images, a weights file that is not there, or when no run is
/// left; nothing is written. Of a ladder the first rung is asked for.
Plan make_plan(const Study& study, const data::DataSet& data, const std::filesystem::path& cache);

/// Asks for the runs of a ladder, or of stages, that the finished ones in `out` lead to (ladder.hpp, stages.hpp), in
/// plan order, and returns whether there is one that was not asked for before. Nothing for a study without both.
bool ask_for_more(Plan& plan, const std::filesystem::path& out);

/// Asks for the first `seeds` seeds of every arm, at most as many as the study's rule has. For a plan with such a rule.
void ask_for_seeds(Plan& plan, const std::filesystem::path& out, std::size_t seeds);
/// As many as study.json in `out` asks for, where these are more and it is of this plan.
void take_up_seeds(Plan& plan, const std::filesystem::path& out);

/// The plan with all runs that may be asked for.
Plan with_all_rungs(Plan plan);

/// Indices of plan.runs, the longest first: the order in which several workers finish soonest.
std::vector<std::size_t> longest_first(const Plan& plan);

struct Session;
/// What DIR/study.json says of this study.
StudyRecord study_record(const Session& session);

}  // namespace ersatz::study
