// What commands print for programs and for papers, on a small study of mixtures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "analysis/answer.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/study_commands.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_ersatz;
using ::testing::StartsWith;

class MachineOutput : public testing::StudyCommands {
 protected:
  MachineOutput() {
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"mix\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\n[data]\npath = \"data\"\n"
               "[training]\nsteps = 25\nbatch = 8\nprecision = \"f32\"\n"
               "[train.mix]\nsources = { A = [0, 9, 30], B = [0, 12] }\n");
  }
  std::string out() const { return (folder_ / "out").string(); }
};

TEST_F(MachineOutput, OfAPlanIsWhatItListsBeforeAndAfterTheRuns) {
  const auto plan = [&] {
    const Outcome printed = run_ersatz(arguments("plan", "out", {"--json", "--no-forecast"}));
    EXPECT_EQ(printed.code, 0) << printed.err;
    return parse_json(printed.out);
  };
  const Json before = plan();
  EXPECT_EQ(before.at("study"), "mix");
  EXPECT_EQ(before.at("done"), 0);
  ASSERT_EQ(before.at("runs").size(), 10U);
  const Json& mixed = before["runs"][2];
  EXPECT_EQ(mixed.at("train_on"), "mix-A9");
  EXPECT_EQ(mixed.at("seed"), 1);
  EXPECT_EQ(mixed.at("training_images"), 9);
  EXPECT_EQ(mixed.at("state"), "missing");
  EXPECT_FALSE(mixed.contains("seconds"));
  ASSERT_EQ(run("out").code, 0);
  const Json after = plan();
  EXPECT_EQ(after.at("done"), 10);
  EXPECT_EQ(after.at("runs")[2].at("state"), "done");
  const Json timed = parse_json(run_ersatz(arguments("plan", "other", {"--json"})).out);
  double longest = 0, sum = 0;
  for (const Json& one : timed.at("runs")) {
    longest = std::max(longest, one.at("seconds").at("most").get<double>());
    sum += one.at("seconds").at("most").get<double>();
  }
  EXPECT_GT(longest, 0);
  EXPECT_GE(timed.at("seconds").at("most").get<double>(), longest);
  EXPECT_LE(timed.at("seconds").at("most").get<double>(), sum + 60);
  EXPECT_GT(timed.at("memory_bytes").at("nn").get<std::size_t>(), 0U);
}

TEST_F(MachineOutput, OfAnAnswerHasTheNumbersOfItsSentences) {
  ASSERT_EQ(run("out").code, 0);
  const Outcome told = run_ersatz({"answer", out(), "--format", "json"});
  ASSERT_EQ(told.code, 0) << told.err;
  const Json json = parse_json(told.out);
  const std::string text = run_ersatz({"answer", out()}).out;
  for (const Json& sentence : json.at("sentences")) EXPECT_THAT(text, HasSubstr(sentence.get<std::string>()));
  for (const Json& warning : json.at("warnings")) EXPECT_THAT(text, HasSubstr(warning.get<std::string>()));
  EXPECT_EQ(json.at("source"), "A");
  EXPECT_EQ(json.at("runs"), 10);

  const auto answer = analysis::answer(analysis::read_results(out()), "A");
  ASSERT_EQ(json.at("gains").size(), answer.gains.gains.size());
  for (std::size_t i = 0; i < answer.gains.gains.size(); ++i) {
    const analysis::Gain& gain = answer.gains.gains[i];
    const Json& one = json["gains"][i];
    EXPECT_EQ(one.at("own_images"), gain.own);
    EXPECT_EQ(one.at("added_images"), gain.added);
    EXPECT_EQ(one.at("accuracy").at("mean"), gain.accuracy.mean);
    ASSERT_EQ(one.contains("change"), gain.change.has_value());
    if (!gain.change) continue;
    EXPECT_EQ(one["change"].at("mean"), gain.change->difference.mean);
    EXPECT_EQ(one["change"].at("p_holm"), gain.p_holm);
    EXPECT_EQ(one["change"].at("interval").size(), 2U);
    EXPECT_EQ(one["change"].at("simultaneous").size(), 2U);
    EXPECT_EQ(one["change"].at("family"), gain.change->family);
  }
  EXPECT_EQ(json.at("detectable").at("comparisons"), 2);
  EXPECT_EQ(json.at("differing_mixtures")[0].at("of"), 2);
  EXPECT_EQ(run_ersatz({"answer", out(), "--format", "yaml"}).code, 2);
}

TEST_F(MachineOutput, OfTablesIsWholeLatex) {
  ASSERT_EQ(run("out").code, 0);
  const std::string tex = run_ersatz({"table", out(), "--metric", "f1", "--format", "tex"}).out;
  EXPECT_THAT(tex, AllOf(StartsWith("% \\usepackage{booktabs}\n\\begin{table}"), HasSubstr("\\caption{F1.\nStudy mix"),
                         HasSubstr("seeds 1-2"), HasSubstr("\\label{tab:mix-f1}"), HasSubstr("\\end{table}")));
  for (const char* file : {"f1.tex", "worth-A.tex"}) {
    const std::string text = read_file(fs::path(out()) / "tables" / file);
    EXPECT_EQ(std::ranges::count(text, '{'), std::ranges::count(text, '}')) << file;
    EXPECT_THAT(text, HasSubstr("\\begin{tabular}"));
  }
}

TEST_F(MachineOutput, OfAReportAreFiguresForAPaper) {
  ASSERT_EQ(run("out").code, 0);
  const fs::path figures = fs::path(out()) / "figures";
  EXPECT_FALSE(fs::exists(figures / "mixtures_A.pdf"));
  const Outcome report = run_ersatz({"report", out(), "--pdf"});
  ASSERT_EQ(report.code, 0) << report.err;
  std::size_t scripts = 0;
  for (const auto& entry : fs::directory_iterator(figures / "source")) {
    if (entry.path().extension() != ".gp") continue;
    ++scripts;
    const std::string name = entry.path().stem().string();
    for (const char* ending : {".svg", ".png", ".pdf", ".csv"}) {
      const fs::path folder = std::string(ending) == ".csv" ? figures / "source" : figures;
      EXPECT_TRUE(fs::exists(folder / (name + ending))) << name << ending;
    }
  }
  EXPECT_EQ(scripts, 1 + 1 + 10U);  // mixtures of A, histories, confusion matrices
  for (const auto& one : finished("out")) {
    EXPECT_THAT(read_file(one.folder / "curves.pdf"), StartsWith("%PDF-"));
    EXPECT_THAT(read_file(one.folder / "curves.gp"), HasSubstr("history.csv"));
  }
  EXPECT_EQ(run_ersatz({"check", out()}).code, 0);
}

}  // namespace
}  // namespace ersatz
