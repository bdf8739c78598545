#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "study/output_folder.hpp"

namespace ersatz::cli {
namespace {

using study::RunState;

void status(const std::filesystem::path& out) {
  const study::StudyRecord record = study::read_study_record(out);
  std::map<RunState, std::size_t> counts;
  std::string failures;
  for (const std::string& id : record.runs) {
    const study::RunStatus run = study::run_status(out, id, record.test_on);
    ++counts[run.state];
    if (run.state == RunState::failed) failures += fmt::format("  {}: {}\n", id, run.reason);
  }
  fmt::print("study {} in {}: {} done, {} running, {} failed, {} missing of {} runs\n", record.name, out.string(),
             counts[RunState::finished], counts[RunState::running], counts[RunState::failed],
             counts[RunState::missing] + counts[RunState::interrupted] + counts[RunState::untested],
             record.runs.size());
  if (counts[RunState::interrupted] > 0) {
    fmt::print("{} of the missing are begun: they go on from their last epoch\n", counts[RunState::interrupted]);
  }
  if (counts[RunState::untested] > 0) {
    fmt::print("{} of the missing are trained but not tested on every source yet\n", counts[RunState::untested]);
  }
  if (const std::size_t others = study::count_other_runs(out, record); others > 0) {
    fmt::print("{} more finished runs there are not asked for by the study as it was last run\n", others);
  }
  if (!failures.empty()) fmt::print("failed:\n{}", failures);
}

}  // namespace

void add_status_command(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("status", "Count done, running, failed and missing runs of an output folder");
  command->add_option("DIR", *folder, "Output folder of `ersatz run`")->required();
  command->callback([folder] { status(*folder); });
}

}  // namespace ersatz::cli
