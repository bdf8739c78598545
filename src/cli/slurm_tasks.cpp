#include "cli/slurm_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/study_forecast.hpp"
#include "study/run_study.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::cli {
namespace {

using std::chrono::seconds;

constexpr double kShortestTask = 600;  // s: schedulers are made for few, long jobs
constexpr seconds kLongestDefault = std::chrono::hours(24);

// A forecast is that of another machine, and of one that is otherwise idle.
seconds default_time(double work) {
  constexpr double kMargin = 2, kStart = 600, kStep = 600;
  return std::min(seconds(static_cast<std::int64_t>(std::ceil((kMargin * work + kStart) / kStep) * kStep)),
                  kLongestDefault);
}

// Of the runs that take most, as many as there are at a time, and the command that looks after them.
std::size_t megabytes_of(const forecast::MemoryPlan& memory) {
  constexpr double kMargin = 1.25, kCommand = 300e6, kMegabyte = 1 << 20;
  constexpr std::size_t kStep = 64;
  const auto bytes = static_cast<double>(std::max(memory.wanted_bytes, memory.extraction_bytes));
  const auto needed = static_cast<std::size_t>(std::ceil((bytes * kMargin + kCommand) / kMegabyte));
  return (needed + kStep - 1) / kStep * kStep;
}

std::size_t parts_by_number(std::size_t runs, std::size_t pack) { return (runs + pack - 1) / pack; }

// The path of this very program, for another machine.
std::string own_path() {
  std::error_code code;
  std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", code);
  if (code || !std::filesystem::exists(path, code)) {
    throw Error(fmt::format("the file of this program, {}, is not there any more", path.string()),
                "it was replaced while this command began: start it again");
  }
  return path.string();
}

}  // namespace

std::size_t SlurmTasks::fewest_runs() const {
  return std::ranges::min_element(packing.tasks, {}, &cluster::Packing::Task::runs)->runs;
}

std::size_t SlurmTasks::most_runs() const {
  return std::ranges::max_element(packing.tasks, {}, &cluster::Packing::Task::runs)->runs;
}

SlurmTasks plan_slurm_tasks(const SlurmOptions& options, const study::Session& asked_for) {
  study::Session session = asked_for;
  session.plan = study::with_all_rungs(std::move(session.plan));
  SlurmTasks tasks;
  const bool asked = !options.time.empty();
  if (asked) tasks.time = cluster::parse_time_limit(options.time);
  if (asked && tasks.time.count() <= options.notice) {
    throw Error(
        fmt::format("--time {}: tasks are told {} s before their time limit to save", options.time, options.notice),
        "give them more time, or less notice with --signal-before");
  }
  const std::vector<std::size_t> todo = study::unfinished_runs(session);
  tasks.left = todo.size();
  if (todo.empty()) return tasks;

  const study::Plan& plan = session.plan;
  // An arm of a ladder, or of stages, is one task's, as it is one part's (study::runs_of_shard).
  const auto place = [&](std::size_t i) { return plan.by_arm() ? plan.runs[i].arm : i; };
  std::vector<cluster::RunToPack> runs(plan.by_arm() ? plan.arm_costs.size() : plan.runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i] = {plan.by_arm() ? plan.arm_costs[i] : plan.runs[i].cost, 0, true};
  }
  for (const std::size_t i : todo) runs[place(i)].finished = false;
  if (plan.by_arm()) tasks.unit = "arm";
  const auto features = study::missing_features(session, todo);
  for (const study::MissingFeatures& missing : features) tasks.feature_images += missing.store->size();
  if (!asked || !options.pack) {
    const WorkAhead work = work_ahead(session, 0);
    const auto outlook = study_outlook(session, work, Measure::missing);
    for (const std::size_t i : todo) {
      const forecast::Duration& duration = outlook->forecast.runs[i];
      runs[place(i)].seconds += duration.expected.value_or(duration.most);
    }
    tasks.features = outlook->forecast.features * outlook->speeds.extraction_threads / options.jobs;
  }
  tasks.packing =
      options.pack ? cluster::packing_of(runs, std::min(runs.size(), parts_by_number(plan.runs.size(), *options.pack)))
                   : cluster::packing_by_time(runs, kShortestTask * options.jobs);
  double longest = 0;
  for (const cluster::Packing::Task& task : tasks.packing.tasks) {
    longest = std::max({longest, task.seconds / options.jobs, task.longest});
  }
  if (longest > 0) tasks.longest = longest;
  if (!asked) tasks.time = default_time(longest + tasks.features);
  // Each time it begins again a task does as much as fits: a few more are for slower machines and for preemption.
  const double each = static_cast<double>(tasks.time.count() - options.notice);
  tasks.most_requeues = 10 + static_cast<std::size_t>(std::ceil(4 * (longest + tasks.features) / each));
  // What this machine has free is of no interest.
  tasks.megabytes = megabytes_of(
      forecast::plan_memory(session, todo, forecast::work_left(session), features, options.jobs, AvailableMemory{}));
  return tasks;
}

std::string slurm_job_name(const study::Session& session) { return "ersatz-" + session.study.name; }

void write_slurm_scripts(const SlurmOptions& options, const study::Session& session, const SlurmTasks& tasks) {
  constexpr std::size_t kReportMegabytes = 1024;
  const std::string program = own_path();
  const auto out = std::filesystem::absolute(session.out).lexically_normal();
  const std::string folder = cluster::log_path(study::slurm_folder(out).string());
  cluster::SlurmJob job;
  job.name = slurm_job_name(session);
  job.log = folder + "/%A_%a.log";
  job.time = tasks.time;
  job.cores = options.jobs;
  job.megabytes = tasks.megabytes;
  job.partition = options.partition;
  job.options = options.sbatch;
  cluster::SlurmTask task{job, {program, "run"}, tasks.packing.parts, seconds(options.notice), tasks.most_requeues};
  const std::vector<std::string> arguments = options.arguments(session);
  task.command.insert(task.command.end(), arguments.begin(), arguments.end());
  task.command.insert(task.command.end(), {"--jobs", std::to_string(options.jobs)});
  const std::string task_text = cluster::task_script(task);
  job.log = folder + "/report-%j.log";
  job.cores = 1;  // and no more time than a task: more may not be allowed
  job.megabytes = std::max(tasks.megabytes, kReportMegabytes);
  std::vector<std::string> report{program, "report"};
  const std::vector<std::string> of_report = options.report_arguments(session);
  report.insert(report.end(), of_report.begin(), of_report.end());
  const std::string report_text = cluster::command_script(job, report);
  make_folder(study::slurm_folder(out));
  write_file(study::slurm_tasks_file(out), task_text);
  write_file(study::slurm_report_file(out), report_text);
}

}  // namespace ersatz::cli
