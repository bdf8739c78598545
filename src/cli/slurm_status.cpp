#include "cli/slurm_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cluster/slurm_array.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::cli {
namespace {

std::string lower_words(const std::string& state) {
  std::string text = lower_ascii(state);
  for (char& c : text) c = c == '_' ? ' ' : c;
  return text;
}

// What somebody can do about a task that waits for this; empty where waiting helps.
std::string advice(const cluster::QueueEntry& entry) {
  const std::string job = entry.id.substr(0, entry.id.find_first_of("_["));
  const auto has = [&](std::string_view word) { return entry.reason.find(word) != std::string::npos; };
  if (has("Held") || has("held")) return fmt::format("held: `scontrol release {}` lets it begin", job);
  if (has("TimeLimit")) {
    return fmt::format("never begins: `scancel {}`, then submit with a --time that the partition allows", job);
  }
  if (has("NodeConfig") || has("PartitionConfig") || has("BadConstraints")) return "no node is what it asks for";
  return {};
}

// Tasks of one array in the same state as one entry.
std::vector<cluster::QueueEntry> condensed(const std::vector<cluster::QueueEntry>& entries) {
  std::vector<cluster::QueueEntry> lines;
  std::map<std::array<std::string, 3>, std::vector<std::size_t>> alike;
  for (const cluster::QueueEntry& entry : entries) {
    const std::size_t line = entry.id.find('_');
    const auto task =
        number_from<std::size_t>(std::string_view(entry.id).substr(std::min(line, entry.id.size() - 1) + 1));
    if (line == std::string::npos || !task) {
      lines.push_back(entry);
    } else {
      alike[{entry.id.substr(0, line), entry.state, entry.reason}].push_back(*task);
    }
  }
  for (auto& [key, tasks] : alike) {
    const auto& [job, state, reason] = key;
    std::sort(tasks.begin(), tasks.end());
    const std::string text = cluster::condensed(tasks);
    lines.push_back(
        {tasks.size() == 1 ? job + "_" + text : fmt::format("{}_[{}]", job, text), state, reason, {}, tasks.size()});
  }
  return lines;
}

}  // namespace

std::string slurm_lines(const SlurmState& state, std::size_t unfinished, const std::filesystem::path& out) {
  const std::string numbers =
      (state.jobs.arrays.size() + (state.jobs.report.empty() ? 0 : 1) == 1 ? "job " : "jobs ") + state.jobs.numbers();
  if (!state.problem.empty()) return fmt::format("Slurm, {}: not known, because {}\n", numbers, state.problem);
  std::string text = fmt::format("Slurm, {}: {} of {} tasks wait, {} run, {} have ended{}\n", numbers, state.waiting,
                                 state.jobs.tasks(), state.running, state.ended,
                                 state.report_in_queue ? "; the report waits for them" : "");
  for (const cluster::QueueEntry& entry : condensed(state.entries)) {
    text += fmt::format("  {} {}", entry.id, lower_words(entry.state));
    if (entry.waits() && entry.reason != "None") text += fmt::format(" ({})", entry.reason);
    if (const std::string more = entry.waits() ? advice(entry) : ""; !more.empty()) text += ": " + more;
    text += '\n';
  }
  if (state.waiting + state.running == 0 && unfinished > 0) {
    text += fmt::format(
        "no task is left for {} run{}: `ersatz slurm` with --submit submits them again; why they ended is in {}\n",
        unfinished, unfinished == 1 ? "" : "s", study::slurm_folder(out).string());
  }
  return text;
}

Json slurm_json(const SlurmState& state) {
  Json arrays = Json::array();
  for (const SubmittedJobs::Array& array : state.jobs.arrays) {
    arrays.push_back(Json{{"job", array.job}, {"tasks", array.tasks}});
  }
  Json value{{"arrays", std::move(arrays)}, {"report", state.jobs.report}};
  if (!state.problem.empty()) {
    value["problem"] = state.problem;
    return value;
  }
  Json queue = Json::array();
  for (const cluster::QueueEntry& entry : state.entries) {
    queue.push_back(Json{{"id", entry.id}, {"state", entry.state}, {"reason", entry.reason}, {"tasks", entry.tasks}});
  }
  value["waiting"] = state.waiting;
  value["running"] = state.running;
  value["ended"] = state.ended;
  value["report_in_queue"] = state.report_in_queue;
  value["queue"] = std::move(queue);
  return value;
}

}  // namespace ersatz::cli
