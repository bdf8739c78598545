#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "study/plan.hpp"

namespace ersatz::forecast {

/// Training one network of each verifier of a run, as runs of their own on half of the photographs; none where the
/// training set asks no verifier. Both networks of a verifier take the same.
std::vector<study::PlannedRun> verifying_runs(const study::PlannedRun& run, const data::DataSet& data);

/// What tells verifiers of different photographs, seeds or classifiers apart: runs with the same name share one. (The
/// cache knows better, but only after the images of each run were chosen.)
std::string verifier_name(const study::PlannedRun& verifying);

/// The most bytes that a run holds of what a verifier reads and says of its images.
std::size_t judgement_bytes(const study::PlannedRun& verifying, const data::DataSet& data);

}  // namespace ersatz::forecast
