// ersatz --version, and the variable ERSATZ_MAX_ISA that it reports.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "base/isa.hpp"
#include "cli/program.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class Version : public ::testing::Test {
 protected:
  // Programs that are started inherit it; tests of this program may have been given one themselves.
  static void limit(const char* isa) { setenv("ERSATZ_MAX_ISA", isa, 1); }
  void TearDown() override { before_ ? setenv("ERSATZ_MAX_ISA", before_->c_str(), 1) : unsetenv("ERSATZ_MAX_ISA"); }

 private:
  static std::optional<std::string> current() {
    const char* value = std::getenv("ERSATZ_MAX_ISA");
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }
  std::optional<std::string> before_ = current();
};

TEST_F(Version, AloneIsOneLine) {
  const Outcome done = testing::run_ersatz({"--version"});
  EXPECT_EQ(done.code, 0);
  EXPECT_THAT(done.out, ::testing::MatchesRegex("ersatz [0-9.]+\n"));
}

TEST_F(Version, VerboseNamesWhatRunsHere) {
  limit("");
  const Outcome done = testing::run_ersatz({"--version", "-v"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("processor: "), HasSubstr("oneDNN: "), HasSubstr("compiler: "),
                              HasSubstr("own loops: " + std::string(isa_name(processor_isa())) + "\n")));
  EXPECT_THAT(done.out, Not(HasSubstr("limited")));
}

TEST_F(Version, VerboseSaysWhenTheInstructionSetIsLimited) {
  limit("sse");
  const Outcome done = testing::run_ersatz({"-v", "--version"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("own loops: sse (limited by ERSATZ_MAX_ISA)\n"), HasSubstr("means: f32\n")));
}

TEST_F(Version, AnUnknownInstructionSetIsOneErrorListingTheKnownOnes) {
  limit("avx1024");
  const Outcome done = testing::run_ersatz({"status"});
  EXPECT_EQ(done.code, 2);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, AllOf(HasSubstr("avx1024"), HasSubstr("sse, avx2, avx512 and avx512_bf16")));
}

}  // namespace
}  // namespace ersatz
