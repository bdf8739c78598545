#include "report/tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_study.hpp"
#include "base/csv.hpp"
#include "base/files.hpp"

namespace ersatz::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Csv parse(const FakeStudy& study, const std::string& text) {
  write_file(study.folder() / "written.csv", text);
  return read_csv(study.folder() / "written.csv");
}

TEST(TextTable, CountsCharactersNotBytes) {
  EXPECT_EQ(text_width("naïve ± 猫"), 9U);
  EXPECT_EQ(pad("±", 3, Align::right), "  ±");
  EXPECT_EQ(pad("too long", 3, Align::left), "too long");
}

TEST(TextTable, EscapesMarkdown) {
  const TextTable table{{{"a|b", Align::left}, {"n", Align::right}}, {{"x_1", "2"}}};
  EXPECT_EQ(table.markdown(),
            "| a\\|b | n |\n"
            "|:-----|--:|\n"
            "| x\\_1 | 2 |\n");
}

TEST(F1Table, HasARowPerClassifierTrainingSetAndTestSet) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  const TextTable f1 = f1_table(table);
  ASSERT_EQ(f1.rows.size(), 8U);
  EXPECT_EQ(f1.headings.size(), 3 + 10 + 4U);
  EXPECT_EQ(f1.rows[6][0] + " " + f1.rows[6][1] + " " + f1.rows[6][2], "LeNet FAKE REAL");
  EXPECT_EQ(f1.rows[6].back(), "10");
  EXPECT_THAT(f1_markdown(table), HasSubstr("seed 1"));
}

TEST(F1Table, OfSeveralSeedsShowsTheirNumberAndSpread) {
  FakeStudy study;
  study.seeds = {1, 2, 3};
  study.write();
  const auto table = analysis::read_results(study.folder());
  const TextTable f1 = f1_table(table);
  EXPECT_EQ(f1.headings[3].text, "n");
  EXPECT_EQ(f1.rows[0][3], "3");
  EXPECT_THAT(f1.rows[0][4], HasSubstr(" ± "));
  EXPECT_EQ(f1.rows[0].back(), "11.0 ± 1.0");
}

TEST(F1Csv, HoldsTheCellsNumbersUnrounded) {
  FakeStudy study;
  study.seeds = {1, 2};
  study.classes[3] = "cat, \"the\" pet";  // quoting
  study.write();
  const auto table = analysis::read_results(study.folder());
  const Csv csv = parse(study, f1_csv(table));
  ASSERT_EQ(csv.rows.size(), table.cells.size());
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const auto number = [&](std::string_view column) { return std::stod(csv.rows[i][csv.column(column)]); };
    EXPECT_EQ(number("seeds"), 2);
    EXPECT_EQ(number("cat, \"the\" pet"), table.cells[i].class_f1[3].mean);
    EXPECT_EQ(number("accuracy"), table.cells[i].accuracy.mean);
    EXPECT_EQ(number("accuracy sd"), table.cells[i].accuracy.sd);
    EXPECT_EQ(number("macro avg"), table.cells[i].macro_f1.mean);
    EXPECT_EQ(number("epochs"), table.cells[i].epochs.mean);
    EXPECT_EQ(number("macro avg low"), analysis::macro_f1_interval(table, table.cells[i]).low);
    EXPECT_LT(number("macro avg low"), number("macro avg"));
    EXPECT_EQ(number("accuracy high"), table.cells[i].accuracy_interval.high);
  }
}

TEST(F1Csv, OfOneSeedHasAnIntervalOfMacroF1OverImages) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  const Csv csv = parse(study, f1_csv(table));
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const auto number = [&](std::string_view column) { return std::stod(csv.rows[i][csv.column(column)]); };
    EXPECT_LT(number("macro avg low"), number("macro avg"));
    EXPECT_GT(number("macro avg high"), number("macro avg"));
    EXPECT_NEAR(number("macro avg high") - number("macro avg low"), 0.14, 0.03) << "about 4 sqrt(.25 / 200)";
  }
}

TEST(MetricsCsv, HasARowPerRunTestSetAndClass) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  const Csv csv = parse(study, metrics_csv(table));
  EXPECT_THAT(csv.header, ElementsAre("run_id", "classifier", "train_on", "test_on", "seed", "epochs", "class",
                                      "precision", "recall", "f1", "support"));
  ASSERT_EQ(csv.rows.size(), 4 * 2 * 13U);
  const auto& accuracy = csv.rows[10];
  EXPECT_THAT(accuracy, ElementsAre(study.run_folder(0).filename().string(), "nn", "REAL", "REAL", "1", "10",
                                    "accuracy", "", "", testing::_, "200"));
  EXPECT_EQ(std::stod(accuracy[9]), table.results[0].scores.accuracy);
  EXPECT_EQ(csv.rows[11][6], "macro avg");
  EXPECT_EQ(csv.rows[12][6], "weighted avg");
  EXPECT_EQ(std::stod(csv.rows[12][7]), table.results[0].scores.weighted.precision);
}

TEST(TerminalTable, ShowsAccuracyWithItsInterval) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  const std::string text = terminal_table(table, false);
  for (const TextTable& rows = accuracy_table(table); const auto& row : rows.rows) {
    for (const auto& cell : row) EXPECT_THAT(text, HasSubstr(cell));
  }
  EXPECT_THAT(text, HasSubstr("Study fake-study, data 0123456789ab, at most 20 epochs, seed 1"));
  EXPECT_THAT(text, HasSubstr("Wilson"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("DEMO")));
  EXPECT_THAT(text, Not(HasSubstr("LIMITED")));
}

TEST(TerminalTable, HasColourOnlyWhenAsked) {
  FakeStudy study;
  study.write();
  const auto table = analysis::read_results(study.folder());
  std::string coloured = terminal_table(table, true);
  EXPECT_THAT(coloured, HasSubstr("\x1b[1m"));
  for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  EXPECT_EQ(coloured, terminal_table(table, false));
}

TEST(TerminalTable, SaysWhatWouldMisleadAReader) {
  FakeStudy study;
  study.demo_data = true;
  study.settings.limit = 1500;
  study.seeds = {1, 2, 3, 7};
  study.notes = {"VGG16: not run: no weights, get them with ..."};
  study.write();
  std::filesystem::remove_all(study.run_folder(0));
  const std::string text = terminal_table(analysis::read_results(study.folder()), false);
  EXPECT_THAT(text, HasSubstr("DEMO DATA"));
  EXPECT_THAT(text, HasSubstr("1,500 training images per class"));
  EXPECT_THAT(text, HasSubstr("15 of 16 runs"));
  EXPECT_THAT(text, HasSubstr("seeds 1-3 and 7"));
  EXPECT_THAT(text, HasSubstr("standard deviation"));
  EXPECT_THAT(text, HasSubstr("VGG16: not run: no weights, get them with ..."));
}

TEST(TerminalTable, OfAStudyWithoutFinishedRunsSaysSo) {
  FakeStudy study;
  study.write();
  std::filesystem::remove_all(study.folder() / "runs");
  EXPECT_THAT(terminal_table(analysis::read_results(study.folder()), false), HasSubstr("No run is finished yet"));
}

}  // namespace
}  // namespace ersatz::report
