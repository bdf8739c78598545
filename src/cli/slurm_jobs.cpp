#include "cli/slurm_jobs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/run_program.hpp"
#include "base/text.hpp"
#include "cluster/slurm_array.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::cli {
namespace {

constexpr std::chrono::seconds kPatience{10};

std::string number_of(const cluster::QueueEntry& entry) { return entry.id.substr(0, entry.id.find('_')); }

bool has_array(const SubmittedJobs& jobs, const std::string& number) {
  return std::any_of(jobs.arrays.begin(), jobs.arrays.end(), [&](const auto& array) { return array.job == number; });
}

void sort_in(SlurmState& state, std::string_view queue) {
  for (cluster::QueueEntry& entry : cluster::read_queue(queue)) {
    if (entry.name != state.jobs.name) continue;  // Slurm's numbers come again
    if (number_of(entry) == state.jobs.report) {
      state.report_in_queue = true;
    } else if (has_array(state.jobs, number_of(entry))) {
      (entry.waits() ? state.waiting : state.running) += entry.tasks;
      state.entries.push_back(std::move(entry));
    }
  }
  const std::size_t all = state.jobs.tasks();
  state.ended = all - std::min(all, state.waiting + state.running);
}

}  // namespace

std::size_t SubmittedJobs::tasks() const {
  std::size_t all = 0;
  for (const Array& array : arrays) all += cluster::count_tasks(array.tasks);
  return all;
}

std::string SubmittedJobs::numbers() const {
  std::vector<std::string> words;
  for (const Array& array : arrays) words.push_back(array.job);
  if (!report.empty()) words.push_back(report);
  return join_words(words);
}

std::optional<SubmittedJobs> read_submitted_jobs(const std::filesystem::path& out) {
  const std::filesystem::path file = study::slurm_jobs_file(out);
  std::error_code code;
  if (!std::filesystem::exists(file, code)) return std::nullopt;
  try {
    const Json value = read_json(file);
    SubmittedJobs jobs;
    jobs.name = value.at("name").get<std::string>();
    jobs.report = value.value("report", "");
    for (const Json& array : value.at("arrays")) {
      jobs.arrays.push_back({array.at("job").get<std::string>(), array.at("tasks").get<std::string>()});
    }
    return jobs;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void write_submitted_jobs(const std::filesystem::path& out, const SubmittedJobs& jobs) {
  Json arrays = Json::array();
  for (const SubmittedJobs::Array& array : jobs.arrays) {
    arrays.push_back(Json{{"job", array.job}, {"tasks", array.tasks}});
  }
  write_json(study::slurm_jobs_file(out), Json{{"name", jobs.name}, {"arrays", arrays}, {"report", jobs.report}});
}

std::optional<SlurmState> ask_slurm(const std::filesystem::path& out) {
  auto jobs = read_submitted_jobs(out);
  if (!jobs || !program_path("squeue")) return std::nullopt;
  SlurmState state;
  state.jobs = std::move(*jobs);
  std::vector<std::string> numbers;
  for (const SubmittedJobs::Array& array : state.jobs.arrays) numbers.push_back(array.job);
  if (!state.jobs.report.empty()) numbers.push_back(state.jobs.report);
  try {
    // The list of tasks that wait is cut short by default.
    const auto queue =
        run_program({"env", "SLURM_BITSTR_LEN=0", "squeue", "-h", "-o", std::string(cluster::kQueueFormat), "-j",
                     fmt::format("{}", fmt::join(numbers, ","))},
                    kPatience);
    const bool forgotten = queue.err.find("Invalid job id") != std::string::npos;  // ended, a while ago
    if (!queue.in_time) {
      state.problem =
          fmt::format("squeue gave no answer in {}", format_duration(static_cast<double>(kPatience.count())));
    } else if (!queue.succeeded() && !forgotten) {
      state.problem = "squeue: " + last_words(queue.err);
    } else {
      sort_in(state, queue.out);
    }
  } catch (const Error& error) {
    state.problem = error.what();
  }
  return state;
}

std::string last_words(const std::string& text) {
  std::string_view rest = text;
  std::string_view last;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    // `Try "sbatch --help"` comes after an option that there is not.
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && !line.starts_with("Try ")) last = line;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  constexpr std::string_view kMark = "error: ";
  if (const std::size_t at = last.find(kMark); at != std::string_view::npos) last.remove_prefix(at + kMark.size());
  return last.empty() ? "it said nothing" : std::string(last);
}

}  // namespace ersatz::cli
