#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "analysis/classifier_pairs.hpp"
#include "analysis/comparison.hpp"
#include "cli/commands.hpp"
#include "cli/one_of.hpp"
#include "cli/read_table.hpp"
#include "cli/terminal.hpp"
#include "report/text_table.hpp"
#include "report/tuning_text.hpp"
#include "report/wording.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {
namespace {

using report::Align;
using Budget = std::optional<std::int64_t>;

constexpr const char* kOneSeed = "One seed: test images only; another seed may say otherwise.";

// What an interval of a table holds for.
std::string together(std::size_t rows) {
  return rows == 1 ? "a 95 % interval" : fmt::format("95 % intervals that hold for all {} rows together,", rows);
}

void compare(const std::string& first, const std::string& second, const std::string& format, Budget steps) {
  using Cell = analysis::PairedCell;
  const study::FolderOrPack opened(first), other(second);
  const analysis::ResultTable one = read_table(opened.path(), steps), two = read_table(other.path(), steps);
  const auto cells = analysis::compare(one, two);
  note_look(opened, one, "compare");
  note_look(other, two, "compare");
  std::vector<std::string> notes;
  for (const std::string& note : report::tuning_notes(one.tuned)) notes.push_back("first: " + note);
  for (const std::string& note : report::tuning_notes(two.tuned)) notes.push_back("second: " + note);
  const std::vector<report::Column<Cell>> columns{
      {"classifier", Align::left, [](const Cell& cell) { return cell.title; }},
      {"trained on", Align::left, [](const Cell& cell) { return cell.train_on; }},
      {"tested on", Align::left, [](const Cell& cell) { return cell.test_on; }},
      {"first", Align::right, [](const Cell& cell) { return report::spread(cell.accuracy.first, 4); }},
      {"second", Align::right, [](const Cell& cell) { return report::spread(cell.accuracy.second, 4); }},
      {"difference", Align::right,
       [](const Cell& cell) { return report::signed_share(cell.accuracy.difference.mean, 4); }},
      {"95 % interval", Align::right,
       [](const Cell& cell) { return report::signed_interval(cell.accuracy.simultaneous, 4); }},
      {"n", Align::right, [](const Cell& cell) { return std::to_string(cell.accuracy.difference.n); }},
  };
  const report::TextTable table = make_table(columns, cells);
  if (format != "text") return fmt::print("{}", table.formatted(format));
  std::size_t unpaired = 0;
  for (const Cell& cell : cells) unpaired += cell.unpaired;
  fmt::print("first:  {}\nsecond: {}\n\n{}\n", first, second, table.plain(text_room(stdout)));
  print_wrapped("", fmt::format("Accuracy, mean ± standard deviation over n seeds; difference = second - first of the "
                                "same seed, with {} over seeds and test images.",
                                together(cells.size())));
  if (std::ranges::any_of(cells, [](const Cell& cell) { return cell.accuracy.difference.n == 1; })) {
    print_wrapped("", kOneSeed);
  }
  if (unpaired > 0)
    print_wrapped("", fmt::format("{} results have no partner of the same seed and are left out.", unpaired));
  for (const std::string& note : notes) print_wrapped("", note);
}

void compare_classifiers(const std::string& folder, const std::string& format, Budget steps) {
  using Pair = analysis::ClassifierPair;
  const study::FolderOrPack opened(folder);
  const analysis::ResultTable read = read_table(opened.path(), steps);
  const auto pairs = analysis::compare_classifiers(read);
  note_look(opened, read, "compare");
  const std::vector<report::Column<Pair>> columns{
      {"trained on", Align::left, [](const Pair& pair) { return pair.train_on; }},
      {"tested on", Align::left, [](const Pair& pair) { return pair.test_on; }},
      {"first", Align::left, [](const Pair& pair) { return pair.first; }},
      {"second", Align::left, [](const Pair& pair) { return pair.second; }},
      {"n", Align::right, [](const Pair& pair) { return std::to_string(pair.accuracy.first.n); }},
      {"first accuracy", Align::right, [](const Pair& pair) { return report::spread(pair.accuracy.first); }},
      {"second accuracy", Align::right, [](const Pair& pair) { return report::spread(pair.accuracy.second); }},
      {"difference", Align::right,
       [](const Pair& pair) { return report::signed_share(pair.accuracy.difference.mean); }},
      {"95 % interval", Align::right,
       [](const Pair& pair) { return report::signed_interval(pair.accuracy.simultaneous); }},
      {"p (Holm)", Align::right, [](const Pair& pair) { return report::p_value(pair.p_holm); }},
  };
  const report::TextTable table = make_table(columns, pairs);
  if (format != "text") return fmt::print("{}", table.formatted(format));
  fmt::print("{}\n", table.plain(text_room(stdout)));
  print_wrapped(
      "", fmt::format("difference = second - first, on the same test images, with {} over seeds and test images; p "
                      "of the same t test, adjusted over as many (Holm)",
                      together(pairs.size())));
  const auto several = [](const Pair& pair) { return pair.accuracy.first.n > 1; };
  if (!std::ranges::all_of(pairs, several)) {
    print_wrapped("", fmt::format("{} p is McNemar's.", kOneSeed));
  }
  for (const std::string& note : report::tuning_notes(read.tuned)) print_wrapped("", note);
}

}  // namespace

void add_compare_command(CLI::App& app) {
  struct Options {
    std::string first, second, format = "text";
    Budget steps;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "compare",
      "Compare two output folders run by run, such as one study in two precisions, or the classifiers of one folder");
  command->add_option("FIRST", options->first, "Output folder, or a pack of it")->required();
  command->add_option(
      "SECOND", options->second,
      "Output folder whose accuracies are compared with the first's; without it the classifiers of FIRST are "
      "compared with each other");
  command->add_option("--format", options->format, "text, or the table alone as md (Markdown), tex (LaTeX) or csv")
      ->check(one_of("--format", {"text", "md", "tex", "csv"}))
      ->capture_default_str();
  add_budget_option(*command, options->steps);
  command->footer("Example: ersatz compare out/cifake-f32 out/cifake-bf16 --format md");
  command->callback([options] {
    if (options->second.empty()) {
      compare_classifiers(options->first, options->format, options->steps);
    } else {
      compare(options->first, options->second, options->format, options->steps);
    }
  });
}

}  // namespace ersatz::cli
