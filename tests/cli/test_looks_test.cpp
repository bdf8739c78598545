// Looks at test results are counted, and how many seeds an interval takes is said: what a user sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/test_looks.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

constexpr const char* kMixtures =
    "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\nreal = \"A\"\ntest_on = [\"A\"]\n"
    "[data]\npath = \"data\"\n[training]\nepochs = 2\nbatch = 8\nprecision = \"f32\"\n"
    "[train.A]\nsources = { A = \"all\" }\n[train.AB]\nsources = { A = \"all\", B = \"all\" }\n";

class LooksOfCommands : public testing::StudyCommands {
 protected:
  LooksOfCommands() { write_file(folder_ / "tiny.toml", kMixtures); }

  std::string ok(std::vector<std::string> command, std::vector<std::string> more = {}) const {
    command.push_back(out());
    command.insert(command.end(), more.begin(), more.end());
    const Outcome outcome = testing::run_ersatz(command);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }
  std::string out() const { return folder_ / "out"; }
  std::size_t looks() const { return study::read_test_looks(out()).size(); }
};

TEST_F(LooksOfCommands, AreCountedOnceForEachCommandAndSetOfRuns) {
  ASSERT_EQ(run("out", {"--seeds", "1"}).code, 0);
  EXPECT_EQ(looks(), 1U) << "run shows a table";
  ok({"table"}, {"--validation"});
  ok({"status"});
  ok({"check"});
  EXPECT_EQ(looks(), 1U) << "no test results";
  ok({"table"});
  ok({"table"});
  ok({"compare", out()});
  EXPECT_EQ(looks(), 3U);
  ASSERT_EQ(run("out").code, 0);
  EXPECT_EQ(looks(), 4U) << "more runs";
  const std::string told = ok({"answer"});
  EXPECT_THAT(told, ContainsRegex("The test images of A were looked at 5 times since [0-9-]+ [0-9:]+ UTC, by answer,"));
  EXPECT_THAT(told, HasSubstr("2 runs were"));
  EXPECT_THAT(told, HasSubstr("4 now."));
  EXPECT_EQ(parse_json(ok({"answer"}, {"--format", "json"})).at("test_looks").size(), 5U);
}

TEST_F(LooksOfCommands, TheSecondPageIsTheFirst) {
  ASSERT_EQ(run("out").code, 0);
  ok({"report"});
  const std::string page = read_file(folder_ / "out/report.html");
  EXPECT_THAT(page, HasSubstr("were looked at 2 times since"));
  ok({"report"});
  EXPECT_EQ(read_file(folder_ / "out/report.html"), page);
}

TEST_F(LooksOfCommands, NeverFailOne) {
  ASSERT_EQ(run("out").code, 0);
  fs::remove(folder_ / "out/test-looks.csv");
  fs::create_directory(folder_ / "out/test-looks.csv");
  EXPECT_THAT(ok({"answer"}), Not(HasSubstr("looked at")));
}

TEST_F(LooksOfCommands, SeedsArePlannedByWhatIsFinished) {
  const auto plan = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--no-forecast", "--half-width", "0.2"});
    const Outcome outcome = testing::run_ersatz(arguments("plan", "out", more));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  };
  EXPECT_THAT(plan({}), HasSubstr("seeds: how many seeds ±.200 takes is not known yet"));
  ASSERT_EQ(run("out", {"--seeds", "1"}).code, 0);
  EXPECT_THAT(plan({}), HasSubstr("no comparison has several seeds; 3 seeds tell"));
  ASSERT_EQ(run("out").code, 0);
  EXPECT_THAT(plan({}), AllOf(HasSubstr("seeds: for ±.200, "), HasSubstr("by what 2 seeds tell)")));
  const Json json = parse_json(plan({"--json"})).at("half_width");
  EXPECT_EQ(json.at("comparisons"), 1);
  EXPECT_EQ(json.at("measured_seeds"), 2);
  EXPECT_EQ(json.at("test_images"), 18);
  ASSERT_EQ(run("other", {"--epochs", "3"}).code, 0);
  EXPECT_EQ(
      testing::run_ersatz(
          arguments("plan", "none", {"--no-forecast", "--half-width", "0.2", "--from", (folder_ / "other").string()}))
          .code,
      0);
  EXPECT_EQ(testing::run_ersatz(arguments("plan", "none", {"--half-width", "0"})).code, 2);
  EXPECT_EQ(testing::run_ersatz(arguments("plan", "none", {"--from", (folder_ / "other").string()})).code, 2);
}

}  // namespace
}  // namespace ersatz
