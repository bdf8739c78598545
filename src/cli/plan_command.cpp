#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/study_options.hpp"
#include "study/output_folder.hpp"
#include "study/plan.hpp"

namespace ersatz::cli {
namespace {

using Row = std::array<std::string, 6>;

void print_rows(const std::vector<Row>& rows) {
  std::array<std::size_t, 6> width{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  for (const Row& row : rows) {
    // Numbers to the right, words to the left, nothing behind the last word.
    fmt::print("{:<{}}  {:<{}}  {:>{}}  {:>{}}  {:<{}}  {}\n", row[0], width[0], row[1], width[1], row[2], width[2],
               row[3], width[3], row[4], width[4], row[5]);
  }
}

void plan(const StudyOptions& options) {
  const study::Study study = options.load();
  const std::filesystem::path out = options.out_folder(study);
  study::check_output_folder(out, study.name, "");
  const data::DataSet data = options.open(study);
  study::check_output_folder(out, study.name, data.fingerprint);
  const study::Plan planned = study::make_plan(study, data, options.cache_folder());
  std::vector<Row> rows{{"run", "classifier", "training", "validation", "tested on", "state"}};
  std::size_t done = 0;
  for (const study::PlannedRun& run : planned.runs) {
    const study::RunStatus status = study::run_status(out, run.id, run.spec.test_on);
    if (status.state == study::RunState::finished) ++done;
    rows.push_back({run.id, run.spec.classifier, format_count(run.training_images), format_count(run.validation_images),
                    join_words(run.spec.test_on), std::string(study::run_state_name(status.state))});
  }
  print_rows(rows);
  for (const std::string& note : planned.notes) fmt::print("note: {}\n", note);
  fmt::print("{} runs, {} done, in {}\n", planned.runs.size(), done, out.string());
}

}  // namespace

void add_plan_command(CLI::App& app) {
  const auto options = std::make_shared<StudyOptions>();
  CLI::App* command = app.add_subcommand("plan", "List the runs that a study would make, without making them");
  options->declare(*command);
  command->callback([options] { plan(*options); });
}

}  // namespace ersatz::cli
