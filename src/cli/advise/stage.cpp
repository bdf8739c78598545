#include "cli/advise/stage.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "cli/study_forecast.hpp"
#include "cli/train_runs.hpp"
#include "study/output_layout.hpp"

namespace ersatz::cli {
namespace {

// A search tests nothing, and needs no control of as many images kept at random: that is what the other recipes are.
void leave_untested(study::Plan& plan, const std::vector<study::Recipe>& recipes) {
  plan.test_on.clear();
  std::erase_if(plan.runs, [&](const study::PlannedRun& run) {
    return std::ranges::find(recipes, run.spec.train_on.name, &study::Recipe::name) == recipes.end();
  });
  for (study::PlannedRun& run : plan.runs) run.spec.test_on.clear();
}

}  // namespace

study::Session open_stage(const StageFolder& folder, const study::SearchPlan& plan, const study::Stage& stage,
                          const std::vector<study::Recipe>& recipes, bool tested) {
  const std::filesystem::path file = study::stage_study_file(folder.out, stage.name);
  write_file(file, study::stage_study(plan, stage, recipes, folder.data));
  StudyOptions options = folder.options;
  options.study_path = file.string();
  options.out_path = study::stage_folder(folder.out, stage.name).string();
  study::Session session = options.open();
  if (!tested) leave_untested(session.plan, recipes);
  return session;
}

std::vector<FailedRecipe> make_runs(const StageFolder& folder, study::Session& session) {
  const WorkAhead work = work_ahead(session, folder.jobs);
  prepare_features(session, work);
  const study::OutputFolder out(session.out, study::study_record(session), study::test_lists(session));
  std::vector<FailedRecipe> failed;
  if (work.todo.empty()) return failed;
  for (const study::FailedRun& one : train_runs(session, work.todo, out, {{}, work.memory.workers, false})) {
    const auto run = std::ranges::find(session.plan.runs, one.id, &study::PlannedRun::id);
    failed.push_back({run->spec.train_on.name, one.message});
  }
  return failed;
}

StageTime stage_time(const StageFolder& folder, const study::Session& session) {
  const WorkAhead work = work_ahead(session, folder.jobs);
  const auto outlook = study_outlook(session, work, Measure::missing);
  StageTime time{{}, outlook->forecast.features, work.memory.workers};
  for (const forecast::Duration& run : outlook->forecast.runs) time.runs.push_back(run.most);
  return time;
}

}  // namespace ersatz::cli
