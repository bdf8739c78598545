#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "study/plan.hpp"
#include "study/worker_protocol.hpp"

namespace ersatz::cli {

/// How far each run of a plan is, and how long the rest may take. Knows nothing of screens.
class StudyProgress {
 public:
  static constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
  enum class State { waiting, running, done, failed };
  struct Run {
    State state = State::done;
    train::TrainProgress latest;      ///< round 0 before the first report
    std::string testing_on;           ///< source that is being tested on, else empty
    double val_accuracy = kNoNumber;  ///< of a run that was done here: at its best round, NaN without validation
    std::string message;              ///< of one that failed
  };

  /// `todo`: the runs to be trained, in the order they are started; the others are done.
  StudyProgress(const study::Plan& plan, const std::vector<std::size_t>& todo, unsigned workers);

  void start(std::size_t run);
  void update(std::size_t run, const study::WorkerUpdate& update);
  /// Another process has finished it, or it failed there.
  void end_elsewhere(std::size_t run, bool failed, const std::string& message);

  const Run& run(std::size_t i) const { return runs_[i]; }
  std::size_t count(State state) const;
  std::vector<std::size_t> running() const;
  /// Those in this state among the runs to be trained, in the order they are started.
  std::vector<std::size_t> in_state(State state) const;

  /// How much of the work is done, 0 to 1, by epochs and the cost of an image. What failed counts as done.
  double share_done() const;

  /// Seconds until the run has trained all its epochs; early stopping may end it sooner. Nothing
  /// while no speed is known to go by.
  std::optional<double> seconds_left(std::size_t run) const;
  /// The same for the study: the runs that wait go to the workers as they become free.
  std::optional<double> seconds_left() const;

 private:
  double rounds_left(std::size_t run) const;

  const study::Plan& plan_;
  std::vector<std::size_t> order_;
  unsigned workers_;
  std::vector<Run> runs_;
};

}  // namespace ersatz::cli
