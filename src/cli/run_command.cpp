#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "analysis/results.hpp"
#include "analysis/seeds_wanted.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/page_images.hpp"
#include "cli/read_table.hpp"
#include "cli/run_messages.hpp"
#include "cli/study_forecast.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_state.hpp"
#include "cli/train_runs.hpp"
#include "report/conclusion_text.hpp"
#include "report/gnuplot.hpp"
#include "report/report.hpp"
#include "report/tables.hpp"
#include "report/tuning_text.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "study/run_study.hpp"

namespace ersatz::cli {
namespace {

struct RunOptions : StudyOptions {
  unsigned jobs = 0;
  bool fail_fast = false;
  std::string shard;
};

// What becomes of runs that were finished once and cannot be used as they are.
void note_damaged(const study::Session& session, const std::vector<std::size_t>& todo) {
  const study::WholePredictions whole = study::whole_predictions(session);
  for (const std::size_t i : todo) {
    const study::PlannedRun& run = session.plan.runs[i];
    const study::RunStatus status = study::run_status(session.out, run.id, run.spec.test_on, whole);
    if (status.state == study::RunState::untested && !status.reason.empty()) {
      fmt::print("note: {} is made anew: {}\n", run.id, status.reason);
    }
    if (status.state != study::RunState::damaged) continue;
    fmt::print("note: {} is damaged and {}: {}\n", run.id, status.trained ? "tested again" : "made anew",
               status.reason);
  }
}

std::vector<std::size_t> without_failed(const study::Session& session, std::vector<std::size_t> todo,
                                        const std::vector<study::FailedRun>& failed) {
  std::erase_if(todo, [&](std::size_t run) {
    return std::ranges::any_of(failed, [&](const auto& one) { return one.id == session.plan.runs[run].id; });
  });
  return todo;
}

// Whether the intervals of the finished runs ask for more seeds. All machines come to the same: these are functions of
// the runs alone.
bool add_seeds(study::Session& session, const study::OutputFolder& out) {
  const auto& stages = session.plan.stages;
  if (!stages || !stages->seeds || stages->seeds->asked >= stages->seeds->most) return false;
  if (!study::unfinished_runs(session).empty()) return false;  // others are at them, or will be
  const auto wanted = analysis::seeds_wanted(analysis::read_results(session.out));
  if (!wanted || wanted->to_ask() <= stages->seeds->asked) return false;
  print_wrapped("", report::seeds_sentence(*wanted));
  study::ask_for_seeds(session.plan, session.out, wanted->to_ask());
  out.update(study::study_record(session));
  return true;
}

std::string next_text(const study::Plan& plan, const std::vector<std::size_t>& todo) {
  const auto trials = std::ranges::count_if(todo, [&](std::size_t run) { return plan.runs[run].trial; });
  const std::string runs = plural(todo.size(), "run");
  if (trials > 0) return fmt::format("{}, {} of them to choose settings by", runs, trials);
  return plan.stages ? runs : runs + " with more steps";
}

// Makes the further runs of a ladder, or of stages, for as long as the finished ones ask for more.
void climb(const RunOptions& options, study::Session& session, const study::OutputFolder& out,
           const cluster::Shard& shard, std::vector<study::FailedRun>& failed) {
  if (!session.plan.by_arm()) return;
  while (true) {
    study::climb_on(session, out);
    if (options.fail_fast && !failed.empty()) return;
    WorkAhead work = work_ahead(session, options.jobs, shard);
    const std::vector<std::size_t> todo = without_failed(session, work.todo, failed);
    if (todo.empty()) {
      if (failed.empty() && add_seeds(session, out)) continue;
      return;
    }
    print_wrapped(
        "", fmt::format("next: {}, {} at a time", next_text(session.plan, todo), plural(work.memory.workers, "run")));
    std::fflush(stdout);
    std::ranges::move(train_runs(session, todo, out, {{}, work.memory.workers, options.fail_fast}),
                      std::back_inserter(failed));
  }
}

void print_results(const RunOptions& options, const study::Session& session) {
  const std::filesystem::path& out = session.out;
  const auto table = read_table(out);
  note_look(out, table, "run");
  write_page_images(out, table, session.study, session.data, session.cache);
  report::write_study_files(out, table);
  fmt::print("\n{}{}", report::terminal_table(table, shows_colour(stdout), text_room(stdout)),
             report::conclusion_paragraph(table, text_room(stdout)));
  print_next_steps(options, session, table);
  if (const std::string note = report::font_note(table); !note.empty()) print_wrapped("note: ", note);
  for (const std::string& warning : table.study.warnings) print_wrapped("", warning);
}

// Whether a run is finished that tables are made of.
bool has_results(const study::Session& session) {
  const std::vector<std::size_t> unfinished = study::unfinished_runs(session);
  for (std::size_t run = 0; run < session.plan.runs.size(); ++run) {
    if (!session.plan.runs[run].trial && std::ranges::count(unfinished, run) == 0) return true;
  }
  return false;
}

void run_study_command(const RunOptions& options) {
  const cluster::Shard shard = options.shard.empty() ? cluster::Shard{} : cluster::parse_shard(options.shard);
  go_on_in_background();
  report::require_gnuplot();  // before hours of training, not after
  study::Session session = options.open();
  const study::Plan& plan = session.plan;
  const study::StudyRecord record = study::study_record(session);
  const std::size_t runs = study::runs_of_shard(plan, shard).size();
  const WorkAhead work = work_ahead(session, options.jobs, shard);
  const std::vector<std::size_t>& todo = work.todo;
  // Only by what is known: measuring would keep the user waiting.
  const auto outlook = todo.empty() ? std::nullopt : study_outlook(session, work, Measure::nothing);
  print_intro(session, record, work, outlook);
  if (!shard.is_whole()) fmt::print("part {} of {}: {}\n", shard.index, shard.count, plural(runs, "run"));
  note_damaged(session, todo);
  prepare_features(session, work);  // before the folder: weights may be unreadable
  const study::OutputFolder out(session.out, record, study::test_lists(session));
  const std::size_t finished = runs - todo.size();
  std::vector<study::FailedRun> failed;
  if (todo.empty()) {
    fmt::print("{} finished: nothing to train\n", runs == 1 ? "the run is" : fmt::format("all {} runs are", runs));
  } else {
    if (finished > 0) fmt::print("{} of {} runs are finished already\n", finished, runs);
    std::fflush(stdout);
    failed = train_runs(session, todo, out, {{}, work.memory.workers, options.fail_fast});
  }
  climb(options, session, out, shard, failed);
  if (!todo.empty() && shard.is_whole()) learn_epochs(session);
  // Who makes a thousandth of a large study does not look at all of it.
  const std::size_t missing = shard.is_whole() ? 0 : study::count_missing_runs(session);
  if (failed.empty() && missing > 0) {
    fmt::print(
        "part {} of {} is done; {} of the study are left to others. When they are done, `ersatz report {}` makes "
        "the tables and the page\n",
        shard.index, shard.count, plural(missing, "run"), session.out.string());
    return;
  }
  if (failed.empty()) return print_results(options, session);
  if (shard.is_whole() && has_results(session)) print_results(options, session);
  const std::size_t left = study::unfinished_runs(session, shard).size();
  std::fflush(stdout);
  fmt::print(stderr, "ersatz: error: {} of {} failed\n", failed.size(), plural(plan.runs.size(), "run"));
  for (const study::FailedRun& run : failed) {
    fmt::print(stderr, "  {}: {}\n", run.id, run.message);
    if (!run.hint.empty()) fmt::print(stderr, "  hint: {}\n", run.hint);
  }
  const bool others = options.fail_fast && left > failed.size();
  if (others) fmt::print(stderr, "{} stopped, because of --fail-fast\n", plural(left - failed.size(), "other run"));
  fmt::print(stderr, "hint: the same command {}\n", others ? "goes on" : "tries only these again");
  throw Exit{kRunFailed};
}

}  // namespace

void add_run_command(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Train and test the runs of a study that are not finished yet");
  options->declare(*command);
  command->add_option("--jobs,-j", options->jobs, "Runs at a time; default: one per core, as far as memory suffices")
      ->check(CLI::Range(1, 4096));
  command->add_flag("--fail-fast,!--keep-going", options->fail_fast,
                    "Stop at the first run that fails; default: go on with the others");
  command->add_option("--shard", options->shard,
                      "Only a part of the runs: 2/8 is the second of eight, for as many machines");
  command->footer("Example: ersatz run cifake --data cifake.zip --epochs 5");
  command->callback([options] { run_study_command(*options); });
}

}  // namespace ersatz::cli
