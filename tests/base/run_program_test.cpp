#include "base/run_program.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"

namespace ersatz {
namespace {

using std::chrono::seconds;

TEST(RunProgram, ReturnsWhatItWroteAndHowItEnded) {
  const ProgramOutput done = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"}, seconds(60));
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_EQ(done.end.exit_code, 3);
  EXPECT_TRUE(done.in_time);
  EXPECT_FALSE(done.succeeded());
  EXPECT_TRUE(run_program({"cat"}, seconds(60)).succeeded());  // there is no input to wait for
}

TEST(RunProgram, ReadsMoreThanAPipeHolds) {
  const ProgramOutput done =
      run_program({"sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"}, seconds(60));
  EXPECT_EQ(done.out.size(), 3000000U);
  EXPECT_EQ(done.err.size(), 3000000U);
}

TEST(RunProgram, EndsOneThatTakesTooLong) {
  const ProgramOutput late = run_program({"sh", "-c", "echo begun; exec sleep 600"}, std::chrono::milliseconds(500));
  EXPECT_FALSE(late.in_time);
  EXPECT_FALSE(late.succeeded());
  EXPECT_EQ(late.end.signal, 9);
  // A grandchild that holds the output open keeps nobody waiting.
  EXPECT_FALSE(run_program({"sh", "-c", "sleep 5 & exit 0"}, std::chrono::milliseconds(300)).in_time);
}

TEST(RunProgram, ThatIsNotThere) { EXPECT_THROW(run_program({"/no/such/program"}, seconds(60)), Error); }

TEST(ProgramPath, IsLookedForInPath) {
  const std::string before = std::getenv("PATH");
  EXPECT_TRUE(program_path("sh"));
  EXPECT_FALSE(program_path("no-such-program"));
  ::setenv("PATH", "/no/such/folder:/", 1);
  EXPECT_FALSE(program_path("sh"));
  EXPECT_FALSE(program_path("tmp"));  // a folder
  ::setenv("PATH", before.c_str(), 1);
}

}  // namespace
}  // namespace ersatz
