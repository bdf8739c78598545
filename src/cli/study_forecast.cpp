#include "cli/study_forecast.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/text.hpp"
#include "cli/progress_line.hpp"
#include "study/run_study.hpp"

namespace ersatz::cli {
namespace {

void remember(const study::Plan& plan, const std::vector<forecast::WorkLeft>& left,
              forecast::Calibration& calibration) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    const study::PlannedRun& run = plan.runs[i];
    if (left[i].trained && !run.method.step_budget()) calibration.remember_epochs(run.spec, left[i].epochs_run);
  }
}

}  // namespace

WorkAhead work_ahead(const study::Session& session, unsigned jobs, const cluster::Shard& shard) {
  WorkAhead work;
  work.todo = study::unfinished_runs(session, shard);
  work.left = shard.is_whole() ? forecast::work_left(session) : forecast::work_left(session, work.todo);
  work.features = study::missing_features(session, work.todo);
  work.memory = forecast::plan_memory(session, work.todo, work.left, work.features, jobs, available_memory());
  if (const std::string note = forecast::memory_note(work.memory); !note.empty()) {
    std::fflush(stdout);
    jobs > 0 ? fmt::print(stderr, "ersatz: warning: {}\n", note) : fmt::print("note: {}\n", note);
  }
  return work;
}

std::optional<Outlook> study_outlook(const study::Session& session, const WorkAhead& work, Measure measure) {
  if (measure == Measure::nothing && !forecast::Calibration::exists(session.cache)) return std::nullopt;
  forecast::Calibration calibration(session.cache);
  const study::Plan& plan = session.plan;
  remember(plan, work.left, calibration);
  const forecast::SpeedRequest request{session, work.todo, work.features, work.memory.workers,
                                       work.memory.extraction_threads};
  Outlook outlook;
  if (measure == Measure::nothing) {
    const auto known = forecast::known_speeds(request, calibration);
    if (!known) return std::nullopt;
    outlook.speeds = *known;
  } else {
    ProgressLine line(stderr);
    outlook.speeds =
        forecast::measure_speeds(request, measure == Measure::anew, calibration,
                                 [&line](const std::string& name) { line.show("measuring this machine: " + name); });
    calibration.save();
  }
  outlook.forecast =
      forecast::make_forecast(plan, session.data, work.todo, work.left, work.features, outlook.speeds, calibration);
  return outlook;
}

void learn_epochs(const study::Session& session) {
  forecast::Calibration calibration(session.cache);
  remember(session.plan, forecast::work_left(session), calibration);
  calibration.save();
}

std::string duration_text(const forecast::Duration& duration) {
  return duration.expected ? "about " + format_duration(*duration.expected)
                           : "at most " + format_duration(duration.most);
}

std::string total_text(const WorkAhead& work, const Outlook& outlook) {
  std::string text = fmt::format("{}, {} run{} at a time", duration_text(outlook.forecast.total),
                                 outlook.speeds.workers, outlook.speeds.workers == 1 ? "" : "s");
  std::size_t images = 0;
  for (const study::MissingFeatures& missing : work.features) images += missing.store->size();
  if (images > 0) {
    text += fmt::format(", the features of {} images ({}) first", format_count(images),
                        format_duration(outlook.forecast.features));
  }
  return text;
}

}  // namespace ersatz::cli
