#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/ladder_text.hpp"
#include "cli/slurm_status.hpp"
#include "cli/stages_text.hpp"
#include "cli/terminal.hpp"
#include "cluster/claim.hpp"
#include "study/ladder_state.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/pack.hpp"
#include "study/run_status.hpp"

namespace ersatz::cli {
namespace {

using study::RunState;
using Climbs = std::optional<std::vector<study::Climb>>;   // of a study with a ladder
using Arms = std::optional<std::vector<study::ArmStage>>;  // of one with stages

/// The runs of a study by their state.
struct Counts {
  study::StudyRecord study;
  std::map<RunState, std::size_t> of;
  std::vector<std::pair<std::string, study::RunStatus>> unfinished;  ///< id and status, in plan order
  std::size_t others = 0;        ///< finished, and not asked for by the study as it was last run
  std::set<std::string> silent;  ///< running, by their claims, but without a sign of life while this was looked at

  std::size_t missing() const {
    return count(RunState::missing) + count(RunState::interrupted) + count(RunState::untested);
  }
  std::size_t count(RunState state) const {
    const auto found = of.find(state);
    return found == of.end() ? 0 : found->second;
  }
};

Counts count_runs(const std::filesystem::path& out) {
  Counts counts;
  counts.study = study::read_study_record(out);
  const study::WholePredictions whole = study::whole_predictions(out, counts.study);
  const auto count = [&](const std::string& id, const std::vector<std::string>& test_on) {
    study::RunStatus run = study::run_status(out, id, test_on, whole);
    ++counts.of[run.state];
    if (run.state != RunState::finished) counts.unfinished.emplace_back(id, std::move(run));
  };
  for (const std::string& id : counts.study.runs) count(id, counts.study.test_on);
  for (const std::string& id : counts.study.trials) count(id, {});
  counts.others = study::count_other_runs(out, counts.study);
  std::set<std::filesystem::path> claims;
  for (const auto& [id, run] : counts.unfinished) {
    if (run.state == RunState::running) claims.insert(study::claim_file(study::partial_folder(out, id)));
  }
  const auto look = cluster::beat_interval(cluster::claim_patience()) + std::chrono::seconds(1);
  for (const auto& claim : cluster::silent_claims(claims, look)) {
    counts.silent.insert(study::run_id(claim.parent_path()));
  }
  return counts;
}

/// "  ID: REASON" for each run in this state.
std::string reasons(const Counts& counts, RunState state) {
  std::string lines;
  for (const auto& [id, run] : counts.unfinished) {
    if (run.state == state && !run.reason.empty()) lines += fmt::format("  {}: {}\n", id, run.reason);
  }
  return lines;
}

/// "  on HOST, process 12: ID, ID" for each process at work.
std::string workplaces(const Counts& counts) {
  std::map<std::pair<std::string, std::int64_t>, std::vector<std::string>> ids;
  for (const auto& [id, run] : counts.unfinished) {
    if (run.state != RunState::running) continue;
    ids[{run.host, run.process}].push_back(counts.silent.contains(id) ? id + " (no sign of life)" : id);
  }
  std::string lines;
  for (const auto& [place, runs] : ids) {
    const auto& [host, process] = place;
    lines += host.empty() ? "  somewhere" : fmt::format("  on {}, process {}", host, process);
    lines += fmt::format(": {}\n", fmt::join(runs, ", "));
  }
  return lines;
}

Climbs climbs_of(const Counts& counts, const std::filesystem::path& out) {
  if (!counts.study.ladder) return std::nullopt;
  return study::read_climbs(out, *counts.study.ladder);
}

Arms stages_of(const Counts& counts, const std::filesystem::path& out) {
  const study::StudyRecord& study = counts.study;
  if (!study.stages) return std::nullopt;
  return study::read_stages(out, *study.stages, study.ladder ? std::optional(study.ladder->rule) : std::nullopt);
}

void print_text(const Counts& counts, const std::filesystem::path& out, const Climbs& climbs, const Arms& arms) {
  const std::size_t damaged = counts.count(RunState::damaged), unreadable = counts.count(RunState::unreadable);
  fmt::print("study {} in {}: {} done, {} running, {} failed, {} missing{}{} of {} runs\n", counts.study.name,
             out.string(), counts.count(RunState::finished), counts.count(RunState::running),
             counts.count(RunState::failed), counts.missing(), damaged > 0 ? fmt::format(", {} damaged", damaged) : "",
             unreadable > 0 ? fmt::format(", {} unreadable", unreadable) : "", counts.study.asked_for().size());
  if (arms && counts.study.stages->tunes()) print_wrapped("settings: ", tuning_text(*arms));
  if (arms && counts.study.stages->seeds) print_wrapped("seeds: ", seeds_text(*counts.study.stages->seeds));
  if (climbs && !climbs->empty()) {
    print_wrapped("ladder: ", climbs_text(*counts.study.ladder, *climbs));
    const std::vector<std::string> unjudged = study::unjudged_runs(out, *counts.study.ladder);
    if (!unjudged.empty()) {
      print_wrapped("ladder: ", fmt::format("waits for what is finished and cannot be read, or has no validation "
                                            "accuracy: {}",
                                            join_words(unjudged)));
    }
  }
  if (const std::size_t begun = counts.count(RunState::interrupted); begun > 0) {
    fmt::print("{} of the missing are begun: they go on from their last checkpoint\n", begun);
  }
  if (const std::size_t untested = counts.count(RunState::untested); untested > 0) {
    fmt::print("{} of the missing are trained but not tested on every source yet\n{}", untested,
               reasons(counts, RunState::untested));
  }
  if (const std::string lines = workplaces(counts); !lines.empty()) fmt::print("running:\n{}", lines);
  if (!counts.silent.empty()) {
    fmt::print("those without a sign of life are taken over by any `ersatz run` on the study, {} after its last look\n",
               format_duration(static_cast<double>(cluster::claim_patience().count())));
  }
  if (counts.others > 0) {
    fmt::print("{} more finished runs there are not asked for by the study as it was last run\n", counts.others);
  }
  if (const std::string lines = reasons(counts, RunState::failed); !lines.empty()) {
    fmt::print("failed:\n{}`ersatz run` on the study tries them again\n", lines);
  }
  if (damaged > 0) {
    fmt::print("damaged, and left out of tables:\n{}", reasons(counts, RunState::damaged));
    fmt::print("`ersatz run` on the study makes them again, as it does when you delete their folders in {}\n",
               study::runs_folder(out).string());
  }
  if (unreadable > 0) {
    fmt::print("unreadable, and left out of tables:\n{}", reasons(counts, RunState::unreadable));
    fmt::print("they may be whole: see to it that their files can be read\n");
  }
}

void print_json(const Counts& counts, const std::optional<SlurmState>& slurm, const std::filesystem::path& out,
                const Climbs& climbs, const Arms& arms) {
  Json unfinished = Json::array();
  for (const auto& [id, run] : counts.unfinished) {
    Json one{{"id", id}, {"state", study::run_state_name(run.state)}};
    if (!run.reason.empty()) one["reason"] = run.reason;
    if (run.state == RunState::running) {
      one["host"] = run.host;
      one["process"] = run.process;
      one["silent"] = counts.silent.contains(id);
    }
    unfinished.push_back(std::move(one));
  }
  Json status{{"study", counts.study.name},
              {"folder", std::filesystem::absolute(out).lexically_normal().string()},
              {"runs", counts.study.asked_for().size()},
              {"done", counts.count(RunState::finished)},
              {"running", counts.count(RunState::running)},
              {"failed", counts.count(RunState::failed)},
              {"missing", counts.missing()},
              {"begun", counts.count(RunState::interrupted)},
              {"untested", counts.count(RunState::untested)},
              {"damaged", counts.count(RunState::damaged)},
              {"unreadable", counts.count(RunState::unreadable)},
              {"others", counts.others},
              {"unfinished", std::move(unfinished)}};
  if (arms && counts.study.stages->tunes()) status["settings"] = tuning_json(*counts.study.stages, *arms);
  if (arms && counts.study.stages->seeds) {
    const study::SeedRule& rule = *counts.study.stages->seeds;
    status["seeds"] = {{"half_width", rule.half_width}, {"most", rule.most}, {"asked", rule.asked}};
  }
  if (climbs) status["ladder"] = climbs_json(*counts.study.ladder, *climbs);
  if (slurm) status["slurm"] = slurm_json(*slurm);
  fmt::print("{}\n", status.dump(2));
}

}  // namespace

void add_status_command(CLI::App& app) {
  struct Options {
    std::string folder;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("status", "Count done, running, failed and missing runs of an output folder");
  command->add_option("DIR", options->folder, "Output folder of `ersatz run`, or a pack of it")->required();
  command->add_flag("--json", options->json, "Print one JSON object (docs/file-formats.md)");
  command->footer("Example: ersatz status out/cifake");
  command->callback([options] {
    const study::FolderOrPack opened(options->folder);
    const Counts counts = count_runs(opened.path());
    const std::optional<SlurmState> slurm = ask_slurm(opened.path());
    const auto climbs = climbs_of(counts, opened.path());
    const auto arms = stages_of(counts, opened.path());
    if (options->json) return print_json(counts, slurm, options->folder, climbs, arms);
    print_text(counts, options->folder, climbs, arms);
    if (slurm) fmt::print("{}", slurm_lines(*slurm, counts.unfinished.size(), options->folder));
  });
}

}  // namespace ersatz::cli
