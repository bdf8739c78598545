#include "study/run_study.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/damaged_file.hpp"
#include "base/json.hpp"
#include "study/examples.hpp"
#include "study/inputs.hpp"
#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"

namespace ersatz::study {

std::map<std::string, std::vector<TestImage>> test_lists(const Session& session) {
  std::map<std::string, std::vector<TestImage>> lists;
  const DropDuplicates drop = session.study.asked.drop_duplicates.value_or(DropDuplicates::none);
  for (const std::string& name : session.plan.test_on) {
    const data::Source& source = session.data.source(name);
    lists[name] = test_images(source, test_indices(source, drop));
  }
  return lists;
}

std::vector<std::size_t> runs_of_shard(const Plan& plan, const cluster::Shard& shard) {
  if (plan.by_arm()) {
    const std::vector<std::size_t> arms = cluster::jobs_of_shard(plan.arm_costs, shard);
    std::vector<std::size_t> runs = longest_first(plan);
    std::erase_if(runs, [&](std::size_t run) { return std::ranges::count(arms, plan.runs[run].arm) == 0; });
    return runs;
  }
  std::vector<double> costs;
  for (const PlannedRun& run : plan.runs) costs.push_back(run.cost);
  return cluster::jobs_of_shard(costs, shard);
}

std::vector<std::size_t> unfinished_runs(const Session& session, const cluster::Shard& shard) {
  std::vector<std::size_t> todo;
  const WholePredictions whole = whole_predictions(session);
  for (const std::size_t run : runs_of_shard(session.plan, shard)) {
    const PlannedRun& planned = session.plan.runs[run];
    if (!is_finished(session.out, planned.id, planned.spec.test_on, whole)) todo.push_back(run);
  }
  return todo;
}

bool climb_on(Session& session, const OutputFolder& out) {
  const Plan& plan = session.plan;
  if (!plan.by_arm()) return false;
  take_up_seeds(session.plan, session.out);  // others may have come further
  const bool more = ask_for_more(session.plan, session.out);
  if (more) out.update(study_record(session));
  if (plan.ladder) remove_unused_states(session.out, *plan.ladder, read_climbs(session.out, *plan.ladder));
  if (plan.ladder && plan.stages) {
    remove_unused_states(session.out, *plan.stages, read_stages(session.out, *plan.stages, plan.ladder->rule));
  }
  return more;
}

std::size_t count_missing_runs(const Session& session) {
  std::set<std::string> there;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(runs_folder(session.out), code)) {
    there.insert(entry.path().filename());
  }
  const auto& runs = session.plan.runs;
  return static_cast<std::size_t>(
      std::ranges::count_if(runs, [&](const PlannedRun& run) { return !there.contains(run.id); }));
}

std::vector<FailedRun> run_study(const Session& session, const std::vector<std::size_t>& todo, const OutputFolder& out,
                                 const PoolOptions& pool, const StudyEvents& events) {
  const Plan& plan = session.plan;
  const Json manifest = session.data.manifest();
  std::vector<std::string> jobs, ids;
  for (const std::size_t run : todo) {
    ids.push_back(plan.runs[run].id);
    const PlannedRun& planned = plan.runs[run];
    jobs.push_back(
        to_line(WorkerJob{planned.spec, planned.method, manifest, out.path(), session.cache, planned.longer}));
  }

  std::vector<FailedRun> failed;
  SharedWork shared(session, todo);
  PoolHooks hooks;
  bool unchanged = true;
  const auto require_folder = [&] {
    unchanged = false;
    out.require_unchanged();
    unchanged = true;
  };
  hooks.on_tick = [&] {
    require_folder();
    if (events.on_tick) events.on_tick(shared.elsewhere());
  };
  hooks.on_offer = [&](std::size_t job) {
    SharedWork::Offer offer;
    try {
      offer = shared.offer(job);
    } catch (const Error&) {
      require_folder();
      throw;
    }
    if (offer.kind == SharedWork::Offer::ours) return JobOffer::take;
    if (offer.kind == SharedWork::Offer::later) return JobOffer::later;
    const bool has_failed = offer.kind == SharedWork::Offer::failed;
    if (has_failed) failed.push_back({ids[job], offer.message, offer.hint});
    if (events.on_elsewhere) events.on_elsewhere(todo[job], offer);
    return has_failed ? JobOffer::failed : JobOffer::done;
  };
  hooks.is_lost = [&](std::size_t job, bool look) { return shared.is_lost(job, look); };
  hooks.on_start = [&](std::size_t job) {
    if (events.on_start) events.on_start(todo[job]);
  };
  hooks.on_update = [&](std::size_t job, const WorkerUpdate& update) {
    const std::string& id = ids[job];
    using Kind = WorkerUpdate::Kind;
    if (update.kind == Kind::failed) {
      // Else each run would fail one by one.
      require_folder();
      if (const auto gone = missing_input(session, todo)) throw DamagedFile(*gone, update.text);
      failed.push_back({id, update.text, update.hint});
      try {
        write_failure(out.path(), id, update.text, update.hint);
      } catch (const Error&) {
        // A full disk may be why it failed; then the note has no room either, and the caller still
        // reports the failure.
      }
    }
    if (update.kind == Kind::done || update.kind == Kind::failed || update.kind == Kind::stopped) shared.end(job);
    if (events.on_update) events.on_update(todo[job], update);
  };
  try {
    run_jobs(jobs, pool, hooks);
    require_folder();
  } catch (...) {
    for (const std::size_t run : todo) {
      if (plan.runs[run].longer) ids.push_back(plan.runs[run].longer->id);
    }
    if (!unchanged) out.finish_deletion(ids);
    throw;
  }
  return failed;
}

}  // namespace ersatz::study
