#pragma once

#include <cstddef>
#include <vector>

#include "cli/study_forecast.hpp"
#include "study/run_study.hpp"
#include "study/worker_pool.hpp"

namespace ersatz::cli {

/// Computes what is missing of the features of frozen networks, once, before the runs that read them, and shows how far
/// it is. Throws Error and Stopped.
void prepare_features(const study::Session& session, const WorkAhead& work);

/// study::run_study() in worker processes of this program, shown on standard output: the runs `todo` of the session's
/// plan. `pool.command` is set here.
std::vector<study::FailedRun> train_runs(const study::Session& session, const std::vector<std::size_t>& todo,
                                         const study::OutputFolder& out, study::PoolOptions pool);

}  // namespace ersatz::cli
