#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cluster/shard.hpp"
#include "study/output_folder.hpp"
#include "study/session.hpp"
#include "study/shared_work.hpp"
#include "study/worker_pool.hpp"

namespace ersatz::study {

/// The lists of test images of the plan's sources, by source, as OutputFolder writes them.
std::map<std::string, std::vector<TestImage>> test_lists(const Session& session);

/// Indices of the plan's runs that belong to the part, the longest first. An arm of a ladder, or of stages, is in one
/// part as a whole: what is decided in it needs nothing of the others.
std::vector<std::size_t> runs_of_shard(const Plan& plan, const cluster::Shard& shard);

/// Indices of plan.runs that belong to the part and are not finished in the output folder, the longest first.
std::vector<std::size_t> unfinished_runs(const Session& session, const cluster::Shard& shard = {});

/// Asks for the runs of a ladder, or of stages, that the finished ones lead to, in session.plan and in study.json, and
/// returns whether there are any that were not asked for before. Deletes what was left for runs that will not be made.
/// Nothing for a study without both.
bool climb_on(Session& session, const OutputFolder& out);

/// Runs of the plan that have no folder yet: by one look at the output folder, not at each run.
std::size_t count_missing_runs(const Session& session);

/// What run_study() tells of; `run` is an index of plan.runs.
struct StudyEvents {
  std::function<void(std::size_t run)> on_start;
  std::function<void(std::size_t run, const WorkerUpdate&)> on_update;
  /// Another `ersatz run` in the same output folder has ended the run: as finished or as failed.
  std::function<void(std::size_t run, const SharedWork::Offer&)> on_elsewhere;
  /// `others`: at how many of the runs others are, and their hosts.
  std::function<void(const std::pair<std::size_t, std::vector<std::string>>& others)> on_tick;
};

struct FailedRun {
  std::string id, message, hint;
};

/// Trains and tests the runs `todo` of a plan in worker processes, but for those that others at work in the same output
/// folder do, waits for these, and returns the runs that failed; why is also in their partial folders. Throws Stopped
/// when a stop was requested, and Error at once when somebody deletes or renames the output folder meanwhile; then
/// nothing of it is made anew. Throws DamagedFile at once when a file of the cache is gone, because a worker found it
/// damaged: with the data opened again the same call goes on.
std::vector<FailedRun> run_study(const Session& session, const std::vector<std::size_t>& todo, const OutputFolder& out,
                                 const PoolOptions& pool, const StudyEvents& events);

}  // namespace ersatz::study
