// The scripts beside the figures, run as people run them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "analysis/fake_study.hpp"
#include "base/csv.hpp"
#include "base/run_program.hpp"
#include "data/codec/decode.hpp"
#include "report/report.hpp"

namespace ersatz::report {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kAwkward{"50% _x^2_ <b>&\"q\" it's", "c\\n{}@\\",          "naïve 猫", "犬",
                                        "\xF0\x9F\x98\x80 smile",   std::string(200, 'w')};

// A study with every kind of figure.
void make_study(FakeStudy& study) {
  study.classifiers = {"lenet"};
  study.seeds = {1, 2};
  study.classes = kAwkward;
  study.training_sets.clear();
  for (const double real : {100.0, 1000.0}) {
    for (const double fake : {0.0, 500.0}) {
      study::TrainingSet set{"R" + std::to_string(static_cast<int>(real)), {}};
      if (fake > 0) set.name += "F";
      if (fake > 0) set.sources.emplace_back("FAKE", study::Amount{study::Amount::Kind::count, fake});
      set.sources.emplace_back("REAL", study::Amount{study::Amount::Kind::count, real});
      study.training_sets.push_back(std::move(set));
    }
  }
  study.write();
  write_all_files(study.folder(), analysis::read_results(study.folder()), true);
}

void draw_again(const fs::path& folder, const std::string& script, const std::string& format) {
  const std::string command = "cd '" + folder.string() + "' && gnuplot -d " +
                              (format == "svg" ? "" : "-e \"format='" + format + "'\" ") + "'" + script + "' 2>&1";
  const ProgramOutput done = run_program({"sh", "-c", command}, std::chrono::minutes(1));
  EXPECT_TRUE(done.succeeded()) << done.out;
  EXPECT_THAT(done.out, IsEmpty());
}

// As people see it: without the names that browsers show over a curve, and without groups that have no content.
std::string seen(std::string svg) {
  for (std::size_t at = 0; (at = svg.find("<title>", at)) != std::string::npos;) {
    svg.erase(at, svg.find("</title>", at) + 8 - at);
  }
  return std::regex_replace(svg, std::regex("<g [^>]*>\n</g>\n"), "");
}

std::string pixels(const fs::path& png) {
  data::Picture picture;
  data::decode_image(read_file(png), picture);
  return {picture.pixels.begin(), picture.pixels.end()};
}

TEST(FigureScripts, DrawTheSameFiguresAgain) {
  FakeStudy study;
  make_study(study);
  const fs::path figures = study.folder() / "figures", copy = study.folder() / "paper";
  fs::copy(figures / "source", copy);
  std::size_t scripts = 0;
  for (const auto& entry : fs::directory_iterator(figures / "source")) {
    if (entry.path().extension() != ".gp") continue;
    ++scripts;
    const std::string name = entry.path().stem().string();
    draw_again(copy, name + ".gp", "svg");
    EXPECT_TRUE(seen(read_file(copy / (name + ".svg"))) == seen(read_file(figures / (name + ".svg")))) << name;
    if (name.starts_with("confusion")) continue;  // names a class that a machine may have no font for
    draw_again(copy, name + ".gp", "png");
    EXPECT_TRUE(pixels(copy / (name + ".png")) == pixels(figures / (name + ".png"))) << name;
  }
  EXPECT_EQ(scripts, 1 + 1 + 8U);  // histories, mixtures, confusion matrices
  const fs::path run = study.run_folder(0);
  const std::string curves = read_file(run / "curves.svg");
  fs::remove(run / "curves.svg");
  draw_again(run, "curves.gp", "svg");
  EXPECT_TRUE(seen(read_file(run / "curves.svg")) == seen(curves));
}

TEST(FigureScripts, AreChangedAtTheirTop) {
  FakeStudy study;
  make_study(study);
  const fs::path source = study.folder() / "figures/source";
  std::string script = read_file(source / "mixtures_REAL.gp");
  const std::string before = "colour1 = '#0072b2'";
  ASSERT_THAT(script, HasSubstr(before));
  script.replace(script.find(before), before.size(), "colour1 = '#12ab34'");
  write_file(source / "changed.gp", script);
  draw_again(source, "changed.gp", "svg");
  EXPECT_THAT(read_file(source / "mixtures_REAL.svg"), HasSubstr("rgb( 18, 171,  52)"));
}

// Data files in blocks, as people and other programs read them.
Csv data_of(const fs::path& file) {
  Csv csv;
  std::istringstream lines(read_file(file));
  std::string line, whole;
  while (std::getline(lines, line)) whole += line.empty() ? "" : line + "\n";
  return parse_csv(whole);
}

TEST(FigureData, AreTheNumbersUnrounded) {
  FakeStudy study;
  make_study(study);
  const auto table = analysis::read_results(study.folder());
  const fs::path source = study.folder() / "figures/source";
  const analysis::Cell& cell = table.cells.front();
  const Csv confusion = data_of(source / "confusion_lenet_R100_REAL.csv");
  double sum = 0;
  std::set<std::string> names;
  for (const auto& row : confusion.rows) {
    const auto number = [&](const char* column) { return std::stod(row[confusion.column(column)]); };
    const auto truth = static_cast<std::size_t>(number("true")),
               predicted = static_cast<std::size_t>(number("predicted"));
    EXPECT_EQ(number("share"), cell.confusion[truth * kAwkward.size() + predicted]);
    EXPECT_EQ(row[confusion.column("true_class")], kAwkward[truth]);
    sum += number("share");
    names.insert(row[confusion.column("predicted_class")]);
  }
  EXPECT_NEAR(sum, static_cast<double>(kAwkward.size()), 1e-9);  // each row adds up to 1
  EXPECT_EQ(names, std::set<std::string>(kAwkward.begin(), kAwkward.end()));

  const Csv mixtures = data_of(source / "mixtures_REAL.csv");
  ASSERT_EQ(mixtures.rows.size(), 4U);
  EXPECT_EQ(mixtures.rows[0][mixtures.column("REAL images")], "100");
  EXPECT_EQ(std::stod(mixtures.rows[0][mixtures.column("accuracy")]), cell.accuracy.mean);
  EXPECT_EQ(std::stod(mixtures.rows[0][mixtures.column("high")]), cell.accuracy_interval.high);

  const Csv histories = data_of(source / "lenet_histories.csv");
  const train::History history = train::read_history(study.run_folder(0) / "history.csv");
  std::size_t rounds = 0;
  for (const auto& run : table.runs) rounds += train::read_history(run.folder / "history.csv").size();
  EXPECT_EQ(histories.rows.size(), rounds);
  EXPECT_EQ(std::stod(histories.rows[1][histories.column("val_loss")]), history[1].val_loss);
  EXPECT_EQ(histories.rows[1][histories.column("training_set")], "R100");
}

TEST(FigurePdfs, AreDrawnAgainWhereTheyAre) {
  FakeStudy study;
  make_study(study);
  const fs::path figure = study.folder() / "figures/lenet_histories.pdf", run = study.run_folder(0) / "curves.pdf";
  const std::string first = read_file(figure), curves = read_file(run);
  write_file(figure, "old");
  write_file(run, "old");
  write_all_files(study.folder(), analysis::read_results(study.folder()));
  EXPECT_EQ(read_file(figure), first);  // and has the same bytes
  EXPECT_EQ(read_file(run), curves);
}

// gnuplot's cairo terminals draw a box across the whole figure for a character without a glyph: 1 in 20 pixels of a
// matrix of white tiles would be ink.
TEST(Figures, OfNamesThatNoFontHasStayClean) {
  FakeStudy study;
  study.classifiers = {"lenet"};
  study.classes = {"\xF4\x8F\xBF\xBD", "b"};  // U+10FFFD, which is nobody's
  study.right["lenet REAL REAL"] = 1;
  study.write();
  write_study_files(study.folder(), analysis::read_results(study.folder()));
  data::Picture picture;
  data::decode_image(read_file(study.folder() / "figures/confusion_lenet_REAL_REAL.png"), picture);
  std::size_t ink = 0;
  for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += 3) {
    ink += picture.pixels[i] < 60 && picture.pixels[i + 1] < 60 && picture.pixels[i + 2] < 60 ? 1 : 0;
  }
  EXPECT_LT(static_cast<double>(ink) / static_cast<double>(picture.pixels.size() / 3), 0.03);
  EXPECT_THAT(font_note(analysis::read_results(study.folder())), HasSubstr("U+10FFFD"));
  EXPECT_THAT(read_file(study.folder() / "figures/confusion_lenet_REAL_REAL.svg"), HasSubstr("\xF4\x8F\xBF\xBD"));
  FakeStudy usual;
  usual.write();
  EXPECT_THAT(font_note(analysis::read_results(usual.folder())), IsEmpty());
}

}  // namespace
}  // namespace ersatz::report
