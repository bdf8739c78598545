#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>

#include "analysis/comparison.hpp"
#include "analysis/wording.hpp"
#include "cli/commands.hpp"
#include "report/text_table.hpp"

namespace ersatz::cli {
namespace {

// Accuracies have no sign; differences always have one.
std::string signed_share(double value) {
  const std::string text = analysis::share(std::abs(value), 4);
  return (std::round(value * 1e4) < 0 ? "-" : "+") + text;
}

void compare(const std::string& first, const std::string& second) {
  const auto cells = analysis::compare(analysis::read_results(first), analysis::read_results(second));
  report::TextTable table{
      {"classifier", "trained on", "tested on", "first", "second", "difference", "95 % interval", "n"},
      {false, false, false, true, true, true, true, true},
      {}};
  std::size_t unpaired = 0;
  for (const analysis::PairedCell& cell : cells) {
    const bool several = cell.difference.n > 1;
    table.rows.push_back(
        {cell.title, cell.train_on, cell.test_on, analysis::spread(cell.first, 4), analysis::spread(cell.second, 4),
         signed_share(cell.difference.mean),
         several ? fmt::format("[{}, {}]", signed_share(cell.interval.low), signed_share(cell.interval.high))
                 : "one seed",
         std::to_string(cell.difference.n)});
    unpaired += cell.unpaired;
  }
  fmt::print("first:  {}\nsecond: {}\n\n{}\n", first, second, table.markdown());
  fmt::print(
      "Accuracy, mean ± standard deviation over n seeds; difference = second - first of the same seed,\n"
      "with Student's t interval over the n differences.\n");
  if (unpaired > 0) fmt::print("{} results have no partner of the same seed and are left out.\n", unpaired);
}

}  // namespace

void add_compare_command(CLI::App& app) {
  struct Options {
    std::string first, second;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("compare", "Compare two output folders run by run, such as one study in two precisions");
  command->add_option("FIRST", options->first, "Output folder")->required();
  command->add_option("SECOND", options->second, "Output folder whose accuracies are compared with the first's")
      ->required();
  command->callback([options] { compare(options->first, options->second); });
}

}  // namespace ersatz::cli
