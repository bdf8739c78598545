#include "study/run_study.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "study/examples.hpp"

namespace ersatz::study {

std::map<std::string, std::vector<TestImage>> test_lists(const Plan& plan, const Study& study,
                                                         const data::DataSet& data) {
  std::map<std::string, std::vector<TestImage>> lists;
  for (const std::string& name : plan.test_on) {
    const data::Source& source = data.source(name);
    lists[name] = test_images(source, test_indices(source, study.settings.drop_duplicates));
  }
  return lists;
}

std::vector<std::size_t> unfinished_runs(const Plan& plan, const std::filesystem::path& out) {
  std::vector<std::size_t> todo;
  for (const std::size_t run : longest_first(plan)) {
    const PlannedRun& planned = plan.runs[run];
    if (run_status(out, planned.id, planned.spec.test_on).state != RunState::finished) todo.push_back(run);
  }
  return todo;
}

std::vector<FailedRun> run_study(const Plan& plan, const std::vector<std::size_t>& todo, const data::DataSet& data,
                                 const OutputFolder& out, const std::filesystem::path& cache, const PoolOptions& pool,
                                 const StudyEvents& events) {
  const Json manifest = data.manifest();
  std::vector<std::string> jobs;
  for (const std::size_t run : todo)
    jobs.push_back(to_line(WorkerJob{plan.runs[run].spec, manifest, out.path(), cache}));

  std::vector<FailedRun> failed;
  PoolHooks hooks;
  hooks.on_tick = events.on_tick;
  hooks.on_start = [&](std::size_t job) {
    if (events.on_start) events.on_start(todo[job]);
  };
  hooks.on_update = [&](std::size_t job, const WorkerUpdate& update) {
    const std::string& id = plan.runs[todo[job]].id;
    if (update.kind == WorkerUpdate::Kind::failed) {
      failed.push_back({id, update.text, update.hint});
      try {
        write_failure(out.path(), id, update.text, update.hint);
      } catch (const Error&) {
        // A full disk may be why it failed; then the note has no room either, and the caller still
        // reports the failure.
      }
    }
    if (events.on_update) events.on_update(todo[job], update);
  };
  run_jobs(jobs, pool, hooks);
  return failed;
}

}  // namespace ersatz::study
