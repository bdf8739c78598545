#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/live_display.hpp"
#include "cli/study_options.hpp"
#include "report/report.hpp"
#include "study/run_study.hpp"

namespace ersatz::cli {
namespace {

struct RunOptions : StudyOptions {
  unsigned jobs = 0;
};

std::string plural(std::size_t n, std::string_view word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

void describe(const study::Study& study, const study::Plan& plan, const study::StudyRecord& record) {
  fmt::print("study {}: {} ({} x {} x {}), tested on {}\n", study.name, plural(plan.runs.size(), "run"),
             plural(study.classifiers.size(), "classifier"), plural(study.training_sets.size(), "training set"),
             plural(study.seeds.size(), "seed"), join_words(plan.test_on));
  if (study.settings.limit) {
    fmt::print("limited to {} per class\n", plural(*study.settings.limit, "training image"));
  }
  if (record.demo_data) fmt::print("these are the built-in demo data, not photographs\n");
  for (const std::string& note : plan.notes) fmt::print("note: {}\n", note);
}

std::vector<study::FailedRun> train(const study::Plan& plan, const std::vector<std::size_t>& todo,
                                    const data::DataSet& data, const study::OutputFolder& out, unsigned jobs) {
  study::PoolOptions pool;
  // /proc/self/exe stays this very program even when its file is replaced meanwhile.
  pool.command = {"/proc/self/exe", "worker", "--parent", std::to_string(::getpid())};
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  pool.workers = static_cast<unsigned>(std::min<std::size_t>(jobs, todo.size()));
  LiveDisplay display(plan, todo, pool.workers, stdout, is_terminal(stdout));
  study::StudyEvents events;
  events.on_start = [&](std::size_t run) { display.on_start(run); };
  events.on_update = [&](std::size_t run, const study::WorkerUpdate& update) { display.on_update(run, update); };
  events.on_tick = [&] { display.on_tick(); };
  return study::run_study(plan, todo, data, out, pool, events);
}

void print_results(const std::filesystem::path& out) {
  report::write_study_files(out);
  fmt::print("\n{}", report::terminal_table(out, is_terminal(stdout)));
  if (const std::string conclusion = report::conclusion(out); !conclusion.empty()) fmt::print("\n{}\n", conclusion);
  fmt::print("\nresults: {}\n", (out / "report.html").string());
}

void run_study_command(const RunOptions& options) {
  const study::Study study = options.load();
  const std::filesystem::path folder = options.out_folder(study);
  study::check_output_folder(folder, study.name, "");  // before a long import
  const data::DataSet data = options.open(study);
  study::check_output_folder(folder, study.name, data.fingerprint);
  const study::Plan plan = study::make_plan(study, data);
  const study::StudyRecord record = study::study_record(study, plan, data);
  const study::OutputFolder out(folder, record, study::test_lists(plan, study, data));
  describe(study, plan, record);

  const std::vector<std::size_t> todo = study::unfinished_runs(plan, folder);
  const std::size_t finished = plan.runs.size() - todo.size();
  std::vector<study::FailedRun> failed;
  if (todo.empty()) {
    fmt::print("{} finished: nothing to train\n",
               plan.runs.size() == 1 ? "the run is" : fmt::format("all {} runs are", plan.runs.size()));
  } else {
    if (finished > 0) fmt::print("{} of {} runs are finished already\n", finished, plan.runs.size());
    std::fflush(stdout);
    failed = train(plan, todo, data, out, options.jobs);
  }
  if (failed.size() < plan.runs.size()) print_results(folder);
  if (failed.empty()) return;
  std::fflush(stdout);
  fmt::print(stderr, "ersatz: error: {} of {} failed\n", failed.size(), plural(plan.runs.size(), "run"));
  for (const study::FailedRun& run : failed) {
    fmt::print(stderr, "  {}: {}\n", run.id, run.message);
    if (!run.hint.empty()) fmt::print(stderr, "  hint: {}\n", run.hint);
  }
  fmt::print(stderr, "hint: the same command tries only these again\n");
  throw Exit{kRunFailed};
}

}  // namespace

void add_run_command(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Train and test what a study asks for and is not there yet");
  options->declare(*command);
  command->add_option("--jobs,-j", options->jobs, "Runs at a time; default: one per core")->check(CLI::Range(1, 4096));
  command->callback([options] { run_study_command(*options); });
}

}  // namespace ersatz::cli
