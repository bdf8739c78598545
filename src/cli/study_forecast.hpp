#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cluster/shard.hpp"
#include "forecast/forecast.hpp"
#include "forecast/memory.hpp"

namespace ersatz::cli {

enum class Measure {
  nothing,  ///< go by what is known
  missing,  ///< measure what is not known
  anew,     ///< measure everything
};

/// What is left of a study or of a part of it, and how much of it at a time.
struct WorkAhead {
  std::vector<std::size_t> todo;         ///< unfinished runs of the plan
  std::vector<forecast::WorkLeft> left;  ///< of each run of the plan
  std::vector<study::MissingFeatures> features;
  forecast::MemoryPlan memory;
};

/// Takes milliseconds. `jobs` are the runs at a time that the user asked for, 0 = one per core; says in one line when
/// memory does not suffice for so many, on stderr when they were asked for. Throws Error when it does not for one.
WorkAhead work_ahead(const study::Session& session, unsigned jobs, const cluster::Shard& shard = {});

/// A forecast with what it rests on.
struct Outlook {
  forecast::Speeds speeds;
  forecast::Forecast forecast;
};

/// Forecasts what is left of a study. With Measure::nothing it takes milliseconds, and
/// there is nothing when speeds are missing. Shows on stderr, when it is a terminal, what is being measured.
std::optional<Outlook> study_outlook(const study::Session& session, const WorkAhead& work, Measure measure);

/// Keeps in the cache folder how many epochs the finished runs took, for later forecasts.
void learn_epochs(const study::Session& session);

/// "about 12 s", or "at most 12 s" where early stopping may save epochs.
std::string duration_text(const forecast::Duration& duration);
/// "about 3 min 20 s, 2 runs at a time, the features of 120,000 images (1 min 33 s) first".
std::string total_text(const WorkAhead& work, const Outlook& outlook);

}  // namespace ersatz::cli
