// ersatz doctor: each thing is looked at, and what is wrong is found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/isa.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;

class DoctorCommand : public testing::WorkingFolder {
 protected:
  struct Found {
    std::string level, found, advice;
  };
  /// What it says by topic.
  std::map<std::string, Found> examine(int code, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"doctor", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome done = run_ersatz(words);
    EXPECT_EQ(done.code, code) << done.err << done.out;
    std::map<std::string, Found> found;
    const Json all = parse_json(done.out);
    for (const Json& one : all.at("findings")) {
      found[one.at("topic")] = {one.at("level"), one.at("found"), one.at("advice")};
    }
    return found;
  }
};

/// An environment variable as it is to be, until the end of the test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST_F(DoctorCommand, LooksAtEverything) {
  const Variable plenty("ERSATZ_MEMORY", "8G");
  const auto found = examine(0);
  for (const char* topic : {"processor", "cores", "memory", "sandbox", "gnuplot", "font", "terminal", "cache", "cached",
                            "results", "studies", "CIFAKE", "VGG16"}) {
    ASSERT_TRUE(found.contains(topic)) << topic;
    EXPECT_THAT(found.at(topic).found, Not(IsEmpty())) << topic;
    // Whoever reads of a shortcoming is told what to do.
    EXPECT_EQ(found.at(topic).level == "ok", found.at(topic).advice.empty()) << topic;
  }
  EXPECT_EQ(found.at("memory").found, "8.0 GB allowed by ERSATZ_MEMORY");
  EXPECT_THAT(found.at("processor").found, HasSubstr("loops use " + std::string(isa_name(loop_isa()))));
  EXPECT_THAT(found.at("CIFAKE").advice, HasSubstr("ersatz fetch cifake"));
  EXPECT_THAT(found.at("VGG16").advice, HasSubstr("ersatz fetch vgg16"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "cache"));  // it only looks
  EXPECT_FALSE(std::filesystem::exists("out"));
}

TEST_F(DoctorCommand, ALineForEachAndAnEnd) {
  const Variable plenty("ERSATZ_MEMORY", "8G");
  const Outcome done = run_ersatz({"doctor"});
  EXPECT_EQ(done.code, 0);
  EXPECT_THAT(done.out, AllOf(HasSubstr("\nok       memory     8.0 GB"), HasSubstr("\nnote     CIFAKE"),
                              HasSubstr("\n                    -> `ersatz fetch cifake` gets it"),
                              HasSubstr("\nersatz can work here\n")));
}

TEST_F(DoctorCommand, MissingGnuplotIsAProblem) {
  const Variable nowhere("PATH", scratch_.path());
  const auto found = examine(1);
  EXPECT_EQ(found.at("gnuplot").level, "problem");
  EXPECT_THAT(found.at("gnuplot").advice, HasSubstr("apt-get install gnuplot-nox"));
}

TEST_F(DoctorCommand, TooLittleMemoryIsAProblem) {
  const Variable little("ERSATZ_MEMORY", "100M");
  EXPECT_EQ(examine(1).at("memory").level, "problem");
  EXPECT_THAT(run_ersatz({"doctor"}).out, HasSubstr("\n1 problem\n"));
}

TEST_F(DoctorCommand, ACacheThatCannotBeMadeIsAProblem) {
  const auto found = examine(1, {"--cache", "/dev/null/cache"});
  EXPECT_EQ(found.at("cache").level, "problem");
  EXPECT_THAT(found.at("cache").advice, HasSubstr("ERSATZ_CACHE"));
}

TEST_F(DoctorCommand, ALimitedInstructionSetAndAMissingSandboxAreNotes) {
  const Variable isa("ERSATZ_MAX_ISA", "sse"), box("ERSATZ_SANDBOX", "off"), plenty("ERSATZ_MEMORY", "8G");
  const auto found = examine(0);
  EXPECT_EQ(found.at("sandbox").level, "note");
  EXPECT_THAT(found.at("sandbox").advice, HasSubstr("unset ERSATZ_SANDBOX"));
  EXPECT_EQ(found.at("processor").level, "note");
  EXPECT_THAT(found.at("processor").found, HasSubstr("our own loops use sse"));
}

}  // namespace
}  // namespace ersatz
