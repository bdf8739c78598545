#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "analysis/answer.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/one_of.hpp"
#include "cli/read_table.hpp"
#include "cli/terminal.hpp"
#include "report/answer_json.hpp"
#include "report/answer_text.hpp"
#include "report/look_text.hpp"
#include "study/pack.hpp"
#include "study/test_looks.hpp"

namespace ersatz::cli {
namespace {

struct AnswerOptions {
  std::string folder, source, format = "text";
  std::optional<std::uint64_t> replicates;
  std::optional<std::int64_t> steps;
};

void print_answer(const AnswerOptions& options) {
  if (options.replicates) warn({"--replicates has no effect any more: intervals are computed, not resampled"});
  const study::FolderOrPack opened(options.folder);
  const auto table = read_table(opened.path(), options.steps);
  if (table.study.label_source) {
    throw Error(fmt::format("{} has no answer: its classifiers tell sources apart, and no images stand in for others",
                            options.folder),
                fmt::format("ersatz table {} --metric auc says how well they do", options.folder));
  }
  analysis::Answer answer = analysis::answer(table, options.source);
  if (!answer.budget.budgets.empty()) answer.budgets = analysis::budget_table(opened.path(), table, answer.source);
  const report::AnswerText text = report::answer_text(answer);
  if (text.sentences.empty()) {
    throw Error(
        fmt::format("{} has no answer: nothing was added to images of {}, and of nothing else as many were trained on",
                    options.folder, answer.source),
        "studies/mixing.toml trains on mixtures of two sources");
  }
  note_look(opened, table, "answer", answer.source);
  const std::vector<study::TestLook> looks = study::read_test_looks(opened.path());
  if (options.format == "json") {
    Json json = report::answer_json(table, answer);
    json["test_looks"] = report::looks_json(looks, answer.source);
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    return;
  }
  for (const std::string& warning : table.study.warnings) print_wrapped("", warning);
  if (table.study.demo_data) print_wrapped("", "DEMO DATA: the numbers say nothing about CIFAKE.");
  for (std::size_t i = 0; i < text.sentences.size(); ++i)
    print_wrapped(fmt::format("{:>2}. ", i + 1), text.sentences[i]);
  fmt::print("\n");
  print_wrapped(
      "",
      "[ ] 95 % interval over seeds and test images together: of each accuracy, score and number of images by "
      "itself, of differences for all comparisons together. docs/statistics.md says how.");
  if (const std::string line = report::looks_text(looks, answer.source, table.runs.size()); !line.empty()) {
    print_wrapped("", line);
  }
  for (const std::string& warning : text.warnings) print_wrapped("warning: ", warning);
}

}  // namespace

void add_answer_command(CLI::App& app) {
  const auto options = std::make_shared<AnswerOptions>();
  CLI::App* command =
      app.add_subcommand("answer", "Say in plain sentences what the generated images of a study are worth");
  command->add_option("DIR", options->folder, "The study's output folder, or a pack of it")->required();
  command->add_option("--on", options->source, "Source whose test images count; default: the real one");
  // Accepted as before, by scripts of earlier versions.
  command->add_option("--replicates", options->replicates, "No effect: intervals are computed, not resampled")
      ->group("");
  command
      ->add_option("--format", options->format, "text, or json: the sentences and every number in them, for programs")
      ->check(one_of("--format", {"text", "json"}))
      ->capture_default_str();
  add_budget_option(*command, options->steps);
  command->footer("Example: ersatz answer out/mixing --on REAL");
  command->callback([options] { print_answer(*options); });
}

}  // namespace ersatz::cli
