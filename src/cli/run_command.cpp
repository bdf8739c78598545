#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "analysis/results.hpp"
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

// Makes the further rungs of a ladder, for as long as the finished ones ask for more.
void climb(const RunOptions& options, study::Session& session, const study::OutputFolder& out,
           const cluster::Shard& shard, std::vector<study::FailedRun>& failed) {
  if (!session.plan.ladder) return;
  while (true) {
    study::climb_on(session, out);
    if (options.fail_fast && !failed.empty()) return;
    WorkAhead work = work_ahead(session, options.jobs, shard);
    const std::vector<std::size_t> todo = without_failed(session, work.todo, failed);
    if (todo.empty()) return;
    print_wrapped("", fmt::format("next: {} with more steps, {} at a time", plural(todo.size(), "run"),
                                  plural(work.memory.workers, "run")));
    std::fflush(stdout);
    std::ranges::move(train_runs(session, todo, out, {{}, work.memory.workers, options.fail_fast}),
                      std::back_inserter(failed));
  }
}

void print_results(const RunOptions& options, const study::Session& session) {
  const std::filesystem::path& out = session.out;
  const auto table = read_table(out);
  write_page_images(out, table, session.study, session.data, session.cache);
  report::write_study_files(out, table);
  fmt::print("\n{}{}", report::terminal_table(table, shows_colour(stdout), text_room(stdout)),
             report::conclusion_paragraph(table, text_room(stdout)));
  print_next_steps(options, session, table);
  if (const std::string note = report::font_note(table); !note.empty()) print_wrapped("note: ", note);
  for (const std::string& warning : table.study.warnings) print_wrapped("", warning);
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
  if (shard.is_whole() && study::unfinished_runs(session).size() < plan.runs.size()) print_results(options, session);
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
