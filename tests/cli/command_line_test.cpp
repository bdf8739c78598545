// What a typo, or a full disk behind the output, gets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "cli/program.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;

TEST(CommandLine, MisspeltWordsGetTheOneThatWasMeant) {
  const Outcome command = run_ersatz({"rnu", "x.toml"});
  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("did you mean \"run\"?"));
  EXPECT_THAT(run_ersatz({"run", "x.toml", "--epoch", "3"}).err, HasSubstr("did you mean \"--epochs\"?"));
  EXPECT_THAT(run_ersatz({"data", "inof", "x"}).err, HasSubstr("did you mean \"info\"?"));
  EXPECT_THAT(run_ersatz({"data", "info", "x", "--chache=y"}).err, HasSubstr("did you mean \"--cache\"?"));
  EXPECT_THAT(run_ersatz({"frobnicate"}).err, HasSubstr("ersatz --help lists the commands"));
}

TEST(CommandLine, AListOfSeedsEndsBeforeTheStudyFile) {
  const Outcome outcome = run_ersatz({"plan", "--seeds", "1,2", "not-there.toml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("there is no study file not-there.toml"));
  EXPECT_THAT(run_ersatz({"plan", "--weights", "w.h5", "not-there.toml"}).err, HasSubstr("no study file"));
}

TEST(CommandLine, NumbersOutOfRangeAreToldTheRange) {
  EXPECT_THAT(run_ersatz({"plan", "x.toml", "--limit", "-1"}).err,
              AllOf(HasSubstr("1000000000"), Not(HasSubstr("e+"))));
  EXPECT_THAT(run_ersatz({"plan", "x.toml", "--limit", "-1"}).err.size(), ::testing::Lt(300U));
  EXPECT_EQ(run_ersatz({"plan", "x.toml", "--seeds", "-1"}).code, 2);
}

TEST(CommandLine, OutputThatCannotBeWrittenIsAnError) {
  const std::string program = ERSATZ_BINARY;
  const int status = std::system(("'" + program + "' study keys > /dev/full 2> /dev/null").c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_EQ(WEXITSTATUS(std::system(("'" + program + "' study keys > /dev/null").c_str())), 0);
}

}  // namespace
}  // namespace ersatz
