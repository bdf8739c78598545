#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "forecast/calibration.hpp"
#include "forecast/speeds.hpp"
#include "study/inputs.hpp"
#include "study/plan.hpp"

namespace ersatz::forecast {

/// What is still to be done of a run.
struct WorkLeft {
  bool finished = false;
  bool trained = false;         ///< at most tests are missing
  int rounds_done = 0;          ///< in the checkpoint of a run that is not trained
  int epochs_run = 0;           ///< by a trained run
  std::size_t test_images = 0;  ///< to be tested on
};
/// Of every run of the plan, as the output folder has them.
std::vector<WorkLeft> work_left(const study::Session& session);
/// The same of these runs, and without a look at the others, which count as finished.
std::vector<WorkLeft> work_left(const study::Session& session, const std::vector<std::size_t>& runs);

/// A time in seconds: as long as early stopping may save epochs, it takes `most`; `expected` is known
/// when all epochs are trained in any case, and when runs with other seeds have shown how many there are.
struct Duration {
  double most = 0;
  std::optional<double> expected;
};

/// How long the rest of a study takes.
struct Forecast {
  std::vector<Duration> runs;  ///< of each run of the plan; 0 when finished
  double features = 0;         ///< seconds before the first run
  Duration total;              ///< everything, from the start of `ersatz run`
};

/// Pure arithmetic: images over speeds, and the runs in the order of `todo` (the longest first) handed
/// to the workers as these become free. Each verifier is trained by the first run that asks it.
Forecast make_forecast(const study::Plan& plan, const data::DataSet& data, const std::vector<std::size_t>& todo,
                       const std::vector<WorkLeft>& left, const std::vector<study::MissingFeatures>& features,
                       const Speeds& speeds, const Calibration& known);

/// When the last of the workers is done with `seconds`, each of which goes in this order to the worker
/// that is free first.
double busy_until(const std::vector<double>& seconds, unsigned workers);

}  // namespace ersatz::forecast
