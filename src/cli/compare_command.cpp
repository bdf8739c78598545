#include <fmt/format.h>

#include <memory>
#include <string>

#include "analysis/classifier_pairs.hpp"
#include "analysis/comparison.hpp"
#include "analysis/wording.hpp"
#include "cli/commands.hpp"
#include "report/text_table.hpp"

namespace ersatz::cli {
namespace {

void compare(const std::string& first, const std::string& second) {
  const auto cells = analysis::compare(analysis::read_results(first), analysis::read_results(second));
  report::TextTable table{
      {"classifier", "trained on", "tested on", "first", "second", "difference", "95 % interval", "n"},
      {false, false, false, true, true, true, true, true},
      {}};
  std::size_t unpaired = 0;
  for (const analysis::PairedCell& cell : cells) {
    const bool several = cell.difference.n > 1;
    table.rows.push_back({cell.title, cell.train_on, cell.test_on, analysis::spread(cell.first, 4),
                          analysis::spread(cell.second, 4), analysis::signed_share(cell.difference.mean, 4),
                          several ? analysis::signed_interval(cell.interval, 4) : "one seed",
                          std::to_string(cell.difference.n)});
    unpaired += cell.unpaired;
  }
  fmt::print("first:  {}\nsecond: {}\n\n{}\n", first, second, table.markdown());
  fmt::print(
      "Accuracy, mean ± standard deviation over n seeds; difference = second - first of the same seed,\n"
      "with Student's t interval over the n differences.\n");
  if (unpaired > 0) fmt::print("{} results have no partner of the same seed and are left out.\n", unpaired);
}

void compare_classifiers(const std::string& folder) {
  report::TextTable table{{"trained on", "tested on", "first", "second", "n", "first accuracy", "second accuracy",
                           "difference", "95 % interval", "p (Holm)"},
                          {false, false, false, false, true, true, true, true, true, true},
                          {}};
  bool several = false, one = false;
  for (const analysis::ClassifierPair& pair : analysis::compare_classifiers(analysis::read_results(folder))) {
    (pair.first_accuracy.n > 1 ? several : one) = true;
    table.rows.push_back({pair.train_on, pair.test_on, pair.first, pair.second, std::to_string(pair.first_accuracy.n),
                          analysis::spread(pair.first_accuracy), analysis::spread(pair.second_accuracy),
                          analysis::signed_share(pair.difference), analysis::signed_interval(pair.interval),
                          analysis::p_value(pair.p_holm)});
  }
  fmt::print("{}\ndifference = second - first, on the same test images; p adjusted over the {} rows (Holm)\n",
             table.markdown(), table.rows.size());
  if (several) fmt::print("several seeds: Student's paired t over seeds\n");
  if (one)
    fmt::print("one seed: paired bootstrap over test images and McNemar's test; another seed may say otherwise\n");
}

}  // namespace

void add_compare_command(CLI::App& app) {
  struct Options {
    std::string first, second;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "compare", "Compare two output folders run by run, such as one study in two precisions, or one's classifiers");
  command->add_option("FIRST", options->first, "Output folder")->required();
  command->add_option(
      "SECOND", options->second,
      "Output folder whose accuracies are compared with the first's; without it the classifiers of FIRST are "
      "compared with each other");
  command->callback([options] {
    if (options->second.empty()) {
      compare_classifiers(options->first);
    } else {
      compare(options->first, options->second);
    }
  });
}

}  // namespace ersatz::cli
