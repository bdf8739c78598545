#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "forecast/calibration.hpp"
#include "study/inputs.hpp"
#include "study/plan.hpp"
#include "train/speed.hpp"

namespace ersatz::forecast {

/// How fast this machine is at what is left of a plan, with as many runs at a time as there will be.
struct Speeds {
  unsigned workers = 1;                                       ///< runs at a time
  unsigned extraction_threads = 1;                            ///< that compute features
  std::map<std::string, train::ClassifierSpeed> classifiers;  ///< of one run, by classifier
  std::map<std::string, train::FeatureSpeed> backbones;       ///< of one thread, where features are missing
  std::map<std::string, train::ClassifierSpeed> verifiers{};  ///< of one of their networks, by classifier
};

/// What is left of a plan, and with what.
struct SpeedRequest {
  const study::Session& session;
  const std::vector<std::size_t>& todo;                 ///< unfinished runs
  const std::vector<study::MissingFeatures>& features;  ///< that they need first
  unsigned jobs = 0;                                    ///< runs at a time; 0 = one per core
  unsigned extraction_threads = 0;                      ///< that compute features; 0 = one per core
};

/// From earlier measurements alone; nothing when one is missing.
std::optional<Speeds> known_speeds(const SpeedRequest& request, const Calibration& calibration);

/// Measures what is missing, with `anew` everything, and adds it to `calibration`: about a second for each
/// classifier, whose name is told to `on_measure` first. Throws Stopped when a stop is requested.
Speeds measure_speeds(const SpeedRequest& request, bool anew, Calibration& calibration,
                      const std::function<void(const std::string& name)>& on_measure);

/// How many of `runs` unfinished runs will be trained at a time.
unsigned workers_for(unsigned jobs, std::size_t runs);

}  // namespace ersatz::forecast
