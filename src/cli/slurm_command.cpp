#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/run_program.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/slurm_jobs.hpp"
#include "cli/slurm_tasks.hpp"
#include "cli/terminal.hpp"
#include "report/gnuplot.hpp"
#include "study/inputs.hpp"
#include "study/output_folder.hpp"
#include "study/run_study.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

/// How many tasks an array of this cluster may have, and one more.
std::size_t array_size() {
  constexpr std::size_t kDefault = 1001;  // Slurm's own
  if (!program_path("scontrol")) return kDefault;
  const auto config = run_program({"scontrol", "show", "config"}, std::chrono::seconds(10));
  const std::size_t size = config.succeeded() ? cluster::max_array_size(config.out) : 0;
  return size > 0 ? size : kDefault;
}

// Two arrays of one study would do no harm, and take nodes from each other's tasks for nothing.
void require_nothing_queued(const SlurmOptions& options, const fs::path& out) {
  const auto state = ask_slurm(out);
  if (!state || (state->problem.empty() && !state->is_alive())) return;
  const std::string folder = cluster::shell_quoted(out.string());
  if (!state->problem.empty()) {
    if (options.submit) throw Error("whether tasks of this study are still queued is unknown: " + state->problem);
    return;
  }
  const std::string what = fmt::format("tasks of this study are in the queue: {} waiting, {} running (jobs {})",
                                       state->waiting, state->running, state->jobs.numbers());
  if (!options.submit) return fmt::print("note: {}\n", what);
  std::string cancel = "scancel";
  for (const SubmittedJobs::Array& array : state->jobs.arrays) cancel += " " + array.job;
  if (!state->jobs.report.empty()) cancel += " " + state->jobs.report;
  throw Error(what, fmt::format("wait for them (`ersatz status {}`), or end them with `{}` first; what they have done "
                                "is kept",
                                folder, cancel));
}

void describe(const SlurmOptions& options, const study::Session& session, const SlurmTasks& tasks) {
  const std::size_t runs = session.plan.runs.size();
  const std::size_t count = tasks.packing.tasks.size();
  const std::string left = session.plan.by_arm() ? fmt::format("at most {} are left", plural(tasks.left, "run"))
                           : tasks.left == runs
                               ? plural(runs, "run")
                               : fmt::format("{} of {} are left", format_count(tasks.left), plural(runs, "run"));
  const std::size_t fewest = tasks.fewest_runs(), most = tasks.most_runs();
  fmt::print("study {}: {}, in {}", session.study.name, left, plural(count, "task"));
  if (most > 1) fmt::print(" of {}{}", fewest < most ? fmt::format("{} to ", fewest) : "", plural(most, tasks.unit));
  fmt::print("\n");
  if (tasks.longest) {
    fmt::print("a task takes {}{} by the forecast for this machine\n", count > 1 ? "up to " : "",
               format_duration(*tasks.longest));
  }
  if (tasks.feature_images > 0) {
    fmt::print("the features of {} images{} are computed by the task that comes first; the others wait for them\n",
               format_count(tasks.feature_images),
               tasks.features > 0 ? " (" + format_duration(tasks.features) + ")" : "");
  }
  fmt::print("each asks for {}, {} MB and {}; {} s before that it saves, and goes on when its turn comes again\n",
             plural(options.jobs, "core"), format_count(tasks.megabytes), cluster::time_limit_text(tasks.time),
             options.notice);
}

std::vector<std::string> array_command(const SlurmOptions& options, const cluster::SlurmArray& array,
                                       const std::string& dependency, const fs::path& script) {
  std::vector<std::string> words{"sbatch", "--parsable", "--array=" + array.text(options.at_a_time)};
  if (!dependency.empty()) words.push_back("--dependency=afterany:" + dependency);
  words.insert(words.end(), {script.string(), std::to_string(array.before)});
  return words;
}

void print_commands(const SlurmOptions& options, const std::vector<cluster::SlurmArray>& arrays, const fs::path& out) {
  fmt::print("--submit submits them; so do, on the cluster:\n");
  std::string all;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    // Each but the first waits for the one before where there is a limit of tasks at a time.
    const std::string before = options.at_a_time > 0 && i > 0 ? fmt::format("JOB{}", i) : "";
    std::string line = cluster::shell_line(array_command(options, arrays[i], before, study::slurm_tasks_file(out)));
    if (!before.empty()) line.replace(line.find(":JOB"), before.size() + 1, fmt::format(":${{job{}%%;*}}", i));
    fmt::print("  job{}=$({})\n", i + 1, line);
    all += fmt::format(":${{job{}%%;*}}", i + 1);
  }
  fmt::print("  sbatch --dependency=afterany{} {}\n", all,
             cluster::shell_quoted(study::slurm_report_file(out).string()));
}

std::string hint_for(const std::string& words, const fs::path& script) {
  const std::string lower = lower_ascii(words);
  const auto says = [&](const char* word) { return lower.find(word) != std::string::npos; };
  if (says("partition")) return "`sinfo -s` lists the partitions and their time limits: --partition NAME, --time LIMIT";
  if (says("time limit")) return "`sinfo -s` lists the time limits of partitions: --time LIMIT";
  if (says("submit limit") || says("maxsubmit") || says("qos")) {
    return "fewer, longer tasks: --pack N makes N runs in each. When some have ended, the same command submits the "
           "rest";
  }
  if (says("node configuration")) return "no node has so much: `sinfo -o '%P %c %m'` lists their cores and memory";
  if (says("account")) return "say which with --sbatch --account=NAME";
  return fmt::format("{} is what was submitted; further options of sbatch are given with --sbatch", script.string());
}

/// The number of the job. Throws Error with Slurm's words.
std::string sbatch(const std::vector<std::string>& command, const fs::path& script) {
  constexpr std::chrono::seconds kPatience{120};  // a busy controller lets one wait
  const auto answer = run_program(command, kPatience);
  if (!answer.in_time) {
    throw Error("sbatch gave no answer in two minutes", "whether it submitted the job is unknown: `squeue --me` says");
  }
  const std::string job = cluster::submitted_job(answer.out);
  if (!answer.succeeded() || job.empty()) {
    const std::string words = last_words(answer.err);
    throw Error("Slurm refuses the job: " + words, hint_for(answer.err, script));
  }
  return job;
}

void submit(const SlurmOptions& options, const study::Session& session,
            const std::vector<cluster::SlurmArray>& arrays) {
  const fs::path out = fs::absolute(session.out).lexically_normal();
  SubmittedJobs jobs;
  jobs.name = slurm_job_name(session);
  std::optional<Error> refused;
  for (const cluster::SlurmArray& array : arrays) {
    const std::string before = options.at_a_time > 0 && !jobs.arrays.empty() ? jobs.arrays.back().job : "";
    const fs::path script = study::slurm_tasks_file(out);
    try {
      jobs.arrays.push_back({sbatch(array_command(options, array, before, script), script), array.text(0)});
    } catch (const Error& error) {
      if (jobs.arrays.empty()) throw;
      refused = error;
      break;
    }
    write_submitted_jobs(out, jobs);  // at once: what is submitted must be known, whatever comes next
    fmt::print("submitted {} as job {}\n", plural(array.tasks.size(), "task"), jobs.arrays.back().job);
  }
  std::string all;
  for (const SubmittedJobs::Array& array : jobs.arrays) all += ":" + array.job;
  const fs::path report = study::slurm_report_file(out);
  jobs.report = sbatch({"sbatch", "--parsable", "--dependency=afterany" + all, report.string()}, report);
  write_submitted_jobs(out, jobs);
  fmt::print("submitted the report, which waits for them, as job {}\n", jobs.report);
  fmt::print("`ersatz status {}` says how far they are; what they print is in {}\n",
             cluster::shell_quoted(session.out.string()), study::slurm_folder(session.out).string());
  if (!refused) return;
  throw Error(fmt::format("only {} of {} arrays are submitted. {}", jobs.arrays.size(), arrays.size(), refused->what()),
              refused->hint() + ". When these have ended, the same command submits the rest");
}

void slurm(const SlurmOptions& options) {
  if (options.submit && !program_path("sbatch")) {
    throw Error("there is no sbatch in PATH: --submit needs Slurm's commands",
                "run this on a machine that submits jobs, or without --submit: it then writes the job scripts and says "
                "what to type there");
  }
  report::require_gnuplot();  // the tasks need it
  const study::Session session = options.open();
  const SlurmTasks tasks = plan_slurm_tasks(options, session);
  if (tasks.left == 0) {
    return fmt::print("study {}: all {} are finished: nothing to submit\n", session.study.name,
                      plural(session.plan.runs.size(), "run"));
  }
  require_nothing_queued(options, session.out);
  describe(options, session, tasks);
  // The folder is begun here: `ersatz status` knows the study before the first task, and the report even without.
  { const study::OutputFolder begin(session.out, study::study_record(session), study::test_lists(session)); }
  write_slurm_scripts(options, session, tasks);
  std::vector<std::size_t> parts;
  for (const cluster::Packing::Task& task : tasks.packing.tasks) parts.push_back(task.part);
  const auto arrays = cluster::arrays_of(parts, array_size());
  const fs::path out = fs::absolute(session.out).lexically_normal();
  fmt::print("written: {} and {}\n", study::slurm_tasks_file(session.out).string(),
             study::slurm_report_file(session.out).filename().string());
  std::fflush(stdout);
  options.submit ? submit(options, session, arrays) : print_commands(options, arrays, out);
}

}  // namespace

void add_slurm_command(CLI::App& app) {
  const auto options = std::make_shared<SlurmOptions>();
  CLI::App* command = app.add_subcommand("slurm", "Write the runs of a study as array jobs for Slurm, and submit them");
  options->declare(*command);
  command->add_option("--time", options->time,
                      "Time limit of a task, as Slurm writes it: 90 (minutes), 12:00:00, 2-00:00; default: twice the "
                      "forecast, at most a day");
  command->add_option("--partition", options->partition, "Slurm's partition; default: that of the cluster");
  command->add_option("--array-limit", options->at_a_time, "At most so many tasks at a time")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--pack", options->pack, "Runs a task, on average; default: as many as take ten minutes")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--jobs,-j", options->jobs, "Runs at a time in a task, and cores that it asks for; default: 1")
      ->check(CLI::Range(1, 4096));
  command
      ->add_option("--signal-before", options->notice,
                   "Seconds before its time limit at which a task saves and goes back into the queue; default: 120")
      ->check(CLI::Range(5, 65535));
  command->add_option("--sbatch", options->sbatch, "A further option for sbatch, as in --sbatch=--account=NAME")
      ->allow_extra_args(false);
  command->add_flag("--submit", options->submit, "Submit the jobs; default: write them and say how");
  command->footer("Example: ersatz slurm cifake --data cifake.zip --jobs 4 --submit");
  command->callback([options] { slurm(*options); });
}

}  // namespace ersatz::cli
