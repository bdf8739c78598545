#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"

namespace ersatz::cli {
namespace {

using study::RunState;

void status(const std::filesystem::path& out) {
  const study::StudyRecord record = study::read_study_record(out);
  const study::WholePredictions whole = study::whole_predictions(out, record);
  std::map<RunState, std::size_t> counts;
  std::string failures, damages;
  for (const std::string& id : record.runs) {
    const study::RunStatus run = study::run_status(out, id, record.test_on, whole);
    ++counts[run.state];
    if (run.state == RunState::failed) failures += fmt::format("  {}: {}\n", id, run.reason);
    if (run.state == RunState::damaged) damages += fmt::format("  {}: {}\n", id, run.reason);
  }
  const std::size_t damaged = counts[RunState::damaged];
  fmt::print("study {} in {}: {} done, {} running, {} failed, {} missing{} of {} runs\n", record.name, out.string(),
             counts[RunState::finished], counts[RunState::running], counts[RunState::failed],
             counts[RunState::missing] + counts[RunState::interrupted] + counts[RunState::untested],
             damaged > 0 ? fmt::format(", {} damaged", damaged) : "", record.runs.size());
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
  if (!damages.empty()) {
    fmt::print("damaged, and left out of tables:\n{}", damages);
    fmt::print("`ersatz run` on the study makes them again, as it does when you delete their folders in {}\n",
               study::runs_folder(out).string());
  }
}

}  // namespace

void add_status_command(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("status", "Count done, running, failed and missing runs of an output folder");
  command->add_option("DIR", *folder, "Output folder of `ersatz run`")->required();
  command->callback([folder] { status(*folder); });
}

}  // namespace ersatz::cli
