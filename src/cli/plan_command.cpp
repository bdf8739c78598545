#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/ladder_text.hpp"
#include "cli/seed_plan_text.hpp"
#include "cli/stages_text.hpp"
#include "cli/study_forecast.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "report/plain_table.hpp"
#include "study/plan.hpp"
#include "study/run_status.hpp"

namespace ersatz::cli {
namespace {

struct PlanOptions : StudyOptions {
  unsigned jobs = 0;
  bool calibrate = false, no_forecast = false, json = false;
  std::optional<double> half_width;
  std::string from;

  /// By whose finished runs seeds are planned.
  std::filesystem::path measured(const study::Session& session) const {
    return from.empty() ? session.out : std::filesystem::path(from);
  }
};

constexpr double kQuiet = 0.8;  // share of the cores below which a reader must know that others were at work

std::uint64_t bytes_of_pixels(const data::DataSet& data) {
  std::map<std::filesystem::path, std::uint64_t> files;  // equal splits share one
  for (const data::Source& source : data.sources) {
    for (const data::Split split : {data::Split::train, data::Split::test}) {
      const data::ImageStore* store = source.split(split);
      if (store != nullptr) files[store->path()] = store->size() * store->shape().bytes();
    }
  }
  std::uint64_t bytes = 0;
  for (const auto& [file, size] : files) bytes += size;
  return bytes;
}

void print_forecast(const study::Plan& plan, const WorkAhead& work, const Outlook& outlook) {
  std::vector<double> trials;
  for (const std::size_t i : work.todo) {
    const forecast::Duration& duration = outlook.forecast.runs[i];
    if (plan.runs[i].trial) trials.push_back(duration.expected.value_or(duration.most));
  }
  fmt::print("time: {}\n", total_text(work, outlook));
  if (!trials.empty()) {
    fmt::print("      (of which {}: about {}; what follows has the settings that they choose)\n",
               plural(trials.size(), "trial"), format_duration(forecast::busy_until(trials, outlook.speeds.workers)));
  }
  if (plan.ladder) {
    fmt::print("      (later runs are made only where more steps still gain)\n");
  } else if (!outlook.forecast.total.expected && trials.empty()) {
    fmt::print("      (early stopping may end runs sooner; finished runs of other seeds will tell when)\n");
  }
  double share = 1;
  for (const auto& [name, speed] : outlook.speeds.classifiers) share = std::min(share, speed.share);
  for (const auto& [name, speed] : outlook.speeds.backbones) share = std::min(share, speed.share);
  if (share < kQuiet) {
    fmt::print("      (of an otherwise idle machine; while it was measured, others took {:.0f} % of the cores)\n",
               100 * (1 - share));
  }
  std::string memory;
  std::set<std::string> seen;
  for (const study::PlannedRun& run : plan.runs) {
    const auto found = work.memory.runs.find(run.spec.classifier);
    if (found == work.memory.runs.end() || !seen.insert(run.spec.classifier).second) continue;
    memory += fmt::format("{}{} {}", memory.empty() ? "" : ", ", run.spec.classifier, format_bytes(found->second));
  }
  const std::size_t extraction = work.memory.extraction_bytes;
  fmt::print("memory of a run: {}{}\n", memory,
             extraction > 0 ? "; while features are computed " + format_bytes(extraction) : "");
}

Json duration_json(const forecast::Duration& duration) {
  Json json{{"most", duration.most}};
  if (duration.expected) json["expected"] = *duration.expected;
  return json;
}

std::string state_text(std::size_t run, std::size_t asked, const study::RunStatus& status) {
  return run < asked ? std::string(study::run_state_name(status.state)) : "later";
}

std::string with_trial(std::string state, const study::PlannedRun& run) {
  return run.trial ? state + " (trial)" : state;
}

void print_json(const PlanOptions& options, const study::Session& session, std::size_t asked,
                const std::vector<study::RunStatus>& states, const std::optional<Outlook>& outlook,
                const std::optional<WorkAhead>& work) {
  const study::Plan& plan = session.plan;
  Json runs = Json::array();
  std::size_t done = 0;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const study::PlannedRun& run = plan.runs[i];
    const bool finished = states[i].state == study::RunState::finished;
    if (finished) ++done;
    Json one{{"id", run.id},
             {"classifier", run.spec.classifier},
             {"train_on", run.spec.train_on.name},
             {"seed", run.spec.seed},
             {"training_images", run.training_images},
             {"validation_images", run.validation_images},
             {"test_on", run.spec.test_on},
             {"state", state_text(i, asked, states[i])}};
    if (const auto& steps = run.spec.settings.steps) one["steps"] = *steps;
    if (run.trial) one["trial"] = true;
    if (outlook && !finished) one["seconds"] = duration_json(outlook->forecast.runs[i]);
    runs.push_back(std::move(one));
  }
  std::vector<std::string> notes = plan.notes;
  notes.insert(notes.end(), plan.remarks.begin(), plan.remarks.end());
  Json json{{"format", 1},
            {"study", session.study.name},
            {"folder", std::filesystem::absolute(session.out).lexically_normal().string()},
            {"cache", std::filesystem::absolute(session.cache).lexically_normal().string()},
            {"image_bytes", bytes_of_pixels(session.data)},
            {"done", done},
            {"runs", std::move(runs)},
            {"warnings", plan.warnings},
            {"notes", notes}};
  if (work) {
    json["at_a_time"] = work->memory.workers;
    json["memory_bytes"] = work->memory.runs;
  }
  if (outlook) json["seconds"] = duration_json(outlook->forecast.total);
  if (const auto& half = options.half_width) {
    json["half_width"] = seed_plan_json(*half, seed_plan_of(options.measured(session), *half));
  }
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void plan(const PlanOptions& options) {
  study::Session session = options.open();
  const std::size_t asked = session.plan.runs.size();
  session.plan = study::with_all_rungs(std::move(session.plan));
  const study::Plan& planned = session.plan;
  const Measure measure = options.calibrate ? Measure::anew : Measure::missing;
  std::optional<Outlook> outlook;
  std::optional<WorkAhead> work;
  if (!options.no_forecast) {
    work = work_ahead(session, options.jobs);
    outlook = study_outlook(session, *work, measure);
    if (asked < planned.runs.size()) outlook->forecast.total.expected.reset();  // some may never be made
  }

  std::vector<study::RunStatus> states;
  const study::WholePredictions whole = study::whole_predictions(session);
  for (const study::PlannedRun& run : planned.runs) {
    states.push_back(study::run_status(session.out, run.id, run.spec.test_on, whole));
  }
  if (options.json) return print_json(options, session, asked, states, outlook, work);
  using report::Align;
  report::TextTable table{{{"run"},
                           {"classifier"},
                           {"training", Align::right},
                           {"validation", Align::right},
                           {"tested on"},
                           {"state"},
                           {outlook ? "time" : ""}},
                          {}};
  const auto steps_of = [](const study::PlannedRun& run) { return run.spec.settings.steps.value_or(0); };
  const bool several = std::ranges::any_of(
      planned.runs, [&](const study::PlannedRun& run) { return steps_of(run) != steps_of(planned.runs.front()); });
  if (several) table.headings.insert(table.headings.begin() + 2, {"steps", Align::right});
  std::size_t done = 0;
  for (std::size_t i = 0; i < planned.runs.size(); ++i) {
    const study::PlannedRun& run = planned.runs[i];
    const bool finished = states[i].state == study::RunState::finished;
    if (finished) ++done;
    table.rows.push_back({run.id, run.spec.classifier, format_count(run.training_images),
                          format_count(run.validation_images), join_words(run.spec.test_on),
                          with_trial(state_text(i, asked, states[i]), run),
                          outlook && !finished ? duration_text(outlook->forecast.runs[i]) : ""});
    if (several) {
      auto& cells = table.rows.back();
      cells.insert(cells.begin() + 2, format_count(static_cast<std::uint64_t>(steps_of(run))));
    }
  }
  fmt::print("{}", report::plain_text(table, text_room(stdout), 0, false));
  for (const std::string& warning : planned.warnings) print_wrapped("", warning);
  for (const std::string& note : planned.notes) print_wrapped("note: ", note);
  for (const std::string& remark : planned.remarks) print_wrapped("note: ", remark);
  if (planned.stages && planned.stages->tunes()) print_wrapped("settings: ", tuning_rule_text(*planned.stages));
  if (planned.stages && planned.stages->seeds) print_wrapped("seeds: ", seeds_text(*planned.stages->seeds));
  if (planned.ladder) print_wrapped("ladder: ", ladder_rule_text(planned.ladder->rule));
  const std::size_t later = planned.runs.size() - asked;
  fmt::print("{} runs, {} done, in {}{}\n", asked, done, session.out.string(),
             later > 0 ? fmt::format("; at most {} later", later) : "");
  if (outlook && done < planned.runs.size()) print_forecast(planned, *work, *outlook);
  if (const auto& half = options.half_width) {
    print_wrapped("seeds: ", seed_plan_text(*half, seed_plan_of(options.measured(session), *half)));
  }
  print_wrapped("images: ", fmt::format("{} in {}, mapped into memory once for all runs",
                                        format_bytes(bytes_of_pixels(session.data)), session.cache.string()));
}

}  // namespace

void add_plan_command(CLI::App& app) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App* command = app.add_subcommand("plan", "List the runs that a study would make, and how long they would take");
  options->declare(*command);
  command->add_option("--jobs,-j", options->jobs, "Runs at a time; default: one per core, as far as memory suffices")
      ->check(CLI::Range(1, 4096));
  CLI::Option* calibrate =
      command->add_flag("--calibrate", options->calibrate, "Measure this machine again, also what is known already");
  command->add_flag("--no-forecast", options->no_forecast, "Measure nothing and list the runs only")
      ->excludes(calibrate);
  command->add_flag("--json", options->json, "Print one JSON object (docs/file-formats.md)");
  CLI::Option* half_width =
      command
          ->add_option("--half-width", options->half_width,
                       "Say how many seeds intervals of accuracy differences of +- this take, by the finished runs")
          ->check(CLI::Range(1e-6, 1.0));
  command
      ->add_option("--from", options->from,
                   "With --half-width: by the runs of this output folder or pack, such as an earlier study's")
      ->needs(half_width)
      ->check(CLI::ExistingPath);
  command->footer("Example: ersatz plan cifake --data cifake.zip --seeds 1,2,3");
  command->callback([options] { plan(*options); });
}

}  // namespace ersatz::cli
