#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/first_seed.hpp"
#include "analysis/real_source.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/output_path.hpp"
#include "cli/page_images.hpp"
#include "cli/read_table.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "report/contact_sheet.hpp"

namespace ersatz::cli {
namespace {

constexpr int kMostOfEach = 100;

struct ShowOptions : StudyOptions {
  std::string folder, misclassified, test_on, out;
  std::vector<std::string> classifiers, train_on;
  int each = 12;
};

/// "cat:dog": the true class, and what it was called; nothing for "*".
struct Confusion {
  std::optional<std::int32_t> truth, called;
};

std::optional<std::int32_t> class_named(const std::string& name, const std::vector<std::string>& classes) {
  if (name == "*") return std::nullopt;
  const auto found = std::ranges::find(classes, name);
  if (found == classes.end()) {
    throw Error(fmt::format("--misclassified: there is no class \"{}\"", name), suggest(name, classes, "classes"));
  }
  return static_cast<std::int32_t>(found - classes.begin());
}

Confusion parse_confusion(const std::string& text, const std::vector<std::string>& classes) {
  // A name may have colons in it.
  for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', colon + 1)) {
    const std::string truth = text.substr(0, colon), called = text.substr(colon + 1);
    const bool known = truth == "*" || std::ranges::find(classes, truth) != classes.end();
    if (!known && text.find(':', colon + 1) != std::string::npos) continue;
    return {class_named(truth, classes), class_named(called, classes)};
  }
  throw Error(fmt::format("--misclassified {}: two classes are wanted", text),
              "write TRUE:CALLED, as in cat:dog, with * for any class");
}

// Throws Error when one of `names` is none of those that there are.
void require_known(const std::vector<std::string>& names, const std::vector<std::string>& known, const char* option) {
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw Error(fmt::format("{} {}: there is no such row", option, name), suggest(name, known, "there are"));
  }
}

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

/// Of one row of the sheet: the first seed of a cell.
struct Shown {
  std::string name;
  std::vector<std::uint32_t> images;  ///< the surest first
  std::size_t all = 0;
};

Shown find_images(const analysis::FirstSeed& seed, const analysis::ResultTable& table, const Confusion& wanted,
                  std::size_t most) {
  const auto& truth = table.truth.at(seed.cell->test_on);
  std::vector<std::uint32_t> images;
  for (const std::uint32_t image : analysis::surest_mistakes(seed, truth, truth.size())) {
    if (wanted.truth && truth[image] != *wanted.truth) continue;
    if (wanted.called && seed.result->predicted[image] != *wanted.called) continue;
    images.push_back(image);
  }
  Shown shown{{}, {}, images.size()};
  images.resize(std::min(images.size(), most));
  shown.images = std::move(images);
  shown.name =
      fmt::format("{}, {}: {}", table.title(seed.cell->classifier), seed.cell->train_on, format_count(shown.all));
  return shown;
}

std::vector<Shown> find_rows(const ShowOptions& options, const analysis::ResultTable& table,
                             const std::string& source) {
  std::vector<std::string> classifiers, sets;
  for (const analysis::Cell& cell : table.cells) {
    classifiers.push_back(cell.classifier);
    sets.push_back(cell.train_on);
  }
  require_known(options.classifiers, classifiers, "--classifier");
  require_known(options.train_on, sets, "--train-on");
  const Confusion wanted = parse_confusion(options.misclassified, table.study.classes);
  if (wanted.truth && wanted.truth == wanted.called) {
    throw Error(fmt::format("--misclassified {}: these images are classified correctly", options.misclassified));
  }
  std::vector<Shown> rows;
  for (const analysis::Cell& cell : table.cells) {
    if (cell.test_on != source || !is_among(cell.classifier, options.classifiers)) continue;
    if (!is_among(cell.train_on, options.train_on)) continue;
    Shown row = find_images(analysis::first_seed(table, cell), table, wanted, static_cast<std::size_t>(options.each));
    if (row.all > 0) rows.push_back(std::move(row));
  }
  return rows;
}

void show(const ShowOptions& options) {
  check_output(options.out, ".png");
  const study::Study study = options.load();
  const auto table = read_table(options.folder);
  const std::vector<std::string> tested = analysis::tested_sources(table);
  if (tested.empty()) throw Error(fmt::format("no run in {} is finished yet", options.folder));
  if (!options.test_on.empty()) require_known({options.test_on}, tested, "--test-on");
  const std::string name = options.test_on.empty() ? tested.front() : options.test_on;
  const std::vector<Shown> rows = find_rows(options, table, name);
  if (rows.empty()) {
    fmt::print("no test image of {} is misclassified as {}\n", name, options.misclassified);
    return;
  }
  const data::DataSet data = options.open_data_of(study, options.folder, table.study.data_fingerprint);
  const data::Source& source = data.source(name);
  const auto indices = tested_images(options.folder, table, study, source);
  report::ContactSheet sheet;
  sheet.sources = {fmt::format("{}: {}", name, options.misclassified)};
  sheet.each = options.each;
  sheet.shape = data.shape;
  std::size_t shown = 0, all = 0;
  for (const Shown& row : rows) {
    auto& to = sheet.rows.emplace_back(report::ContactSheet::Row{row.name, {{}}});
    for (const std::uint32_t image : row.images) to.images[0].push_back(source.test->image(indices.at(image)));
    shown += row.images.size();
    all += row.all;
  }
  report::write_contact_sheet(options.out, sheet);
  fmt::print("wrote {}: {} of {} of {}, the surest first, a row for each classifier and training set\n", options.out,
             format_count(shown), plural(all, "mistake"), name);
}

}  // namespace

void add_show_command(CLI::App& app) {
  const auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand(
      "show", "A PNG picture of test images that were misclassified, by the first seed of every run");
  command->add_option("DIR", options->folder, "Output folder of `ersatz run`")->required();
  command
      ->add_option("--misclassified", options->misclassified,
                   "True class and what it was called: cat:dog, cat:*, *:dog")
      ->required();
  command->add_option("--study", options->study_path, "The study file, which says where the images are")->required();
  options->declare_data(*command);
  command->add_option("--test-on", options->test_on, "Source of the images; default: the real one");
  command->add_option("--classifier", options->classifiers, "Only these")->delimiter(',')->allow_extra_args(false);
  command->add_option("--train-on", options->train_on, "Only these training sets")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--each", options->each, "Images of each row")
      ->check(CLI::Range(1, kMostOfEach))
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "The picture to write, a .png")->required();
  command->footer("Example: ersatz show out/mine --misclassified cat:dog --study mine.toml -o cats.png");
  command->callback([options] { show(*options); });
}

}  // namespace ersatz::cli
