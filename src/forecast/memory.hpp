#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/memory.hpp"
#include "forecast/forecast.hpp"
#include "study/inputs.hpp"
#include "study/plan.hpp"

namespace ersatz::forecast {

/// How many runs fit into memory side by side.
struct MemoryPlan {
  AvailableMemory available;
  /// Bytes of a process that makes a run, by its classifier: of the unfinished run that takes most.
  std::map<std::string, std::size_t> runs;
  unsigned wanted = 1, workers = 1;            ///< runs at a time: asked for, and those that fit
  std::size_t wanted_bytes = 0;                ///< of the runs that take most, as many as wanted
  unsigned cores = 1, extraction_threads = 1;  ///< threads that compute features: wanted, and those that fit
  std::size_t extraction_bytes = 0;            ///< of those that fit; 0 when no features are missing
};

/// For the unfinished runs `todo` of a plan, of which `left` is still to be done, with `jobs` runs at a time (0 = one
/// per core). Takes milliseconds and none of the memory. Throws Error with the numbers when a run does not fit, or
/// the features of a backbone cannot be computed, even alone.
MemoryPlan plan_memory(const study::Session& session, const std::vector<std::size_t>& todo,
                       const std::vector<WorkLeft>& left, const std::vector<study::MissingFeatures>& features,
                       unsigned jobs, const AvailableMemory& available);

/// One line when fewer runs, or fewer threads, are taken than were wanted; else empty.
std::string memory_note(const MemoryPlan& plan);

}  // namespace ersatz::forecast
