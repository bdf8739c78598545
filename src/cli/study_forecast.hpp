#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forecast/forecast.hpp"

namespace ersatz::cli {

enum class Measure {
  nothing,  ///< go by what is known
  missing,  ///< measure what is not known
  anew,     ///< measure everything
};

/// A forecast with what it rests on.
struct Outlook {
  std::vector<forecast::WorkLeft> left;  ///< of each run of the plan
  std::vector<study::MissingFeatures> features;
  forecast::Speeds speeds;
  forecast::Forecast forecast;
};

/// Forecasts what is left of a study. With Measure::nothing it takes milliseconds, and
/// there is nothing when speeds are missing. Shows on stderr, when it is a terminal, what is being measured.
std::optional<Outlook> study_outlook(const study::Session& session, unsigned jobs, Measure measure);

/// Keeps in the cache folder how many epochs the finished runs took, for later forecasts.
void learn_epochs(const study::Session& session);

/// "about 12 s", or "at most 12 s" where early stopping may save epochs.
std::string duration_text(const forecast::Duration& duration);
/// "about 3 min 20 s, 2 runs at a time, the features of 120,000 images (1 min 33 s) first".
std::string total_text(const Outlook& outlook);

}  // namespace ersatz::cli
