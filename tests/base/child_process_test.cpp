#include "base/child_process.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/isolated.hpp"
#include "base/stop.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;

static_assert(!std::is_base_of_v<std::exception, Stopped>, "a handler of errors would take a stop for one");

ChildProcess shell(const std::string& script) { return ChildProcess({"/bin/sh", "-c", script}); }

TEST(ChildProcess, TellsHowItEnded) {
  ChildProcess good = shell("exit 0");
  EXPECT_TRUE(good.wait().succeeded());
  ChildProcess bad = shell("exit 3");
  EXPECT_EQ(bad.wait().exit_code, 3);
  EXPECT_EQ(bad.wait().text(), "ended with exit code 3") << "asked again";
  EXPECT_EQ(bad.pid(), -1);
  ChildProcess killed = shell("kill -9 $$");
  const ProcessEnd end = killed.wait();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(end.text(), "was ended by signal 9 (Killed)");
}

TEST(ChildProcess, ThatCannotBeStartedIsAnError) { EXPECT_THROW(ChildProcess({"/nonexistent/program"}), Error); }

TEST(ChildProcess, ExchangesMoreThanAnyBufferHolds) {
  const std::string input(5'000'000, 'x');
  ChildProcess echo({"cat"});
  EXPECT_TRUE(echo.exchange(input) == input);
  EXPECT_TRUE(echo.wait().succeeded());
}

TEST(ChildProcess, ExchangesWithOneThatReadsNothing) {
  ChildProcess child = shell("exec <&-; echo out; echo err >&2; exit 4");
  const std::string text = child.exchange(std::string(5'000'000, 'x'));
  EXPECT_THAT(text, HasSubstr("out\n"));
  EXPECT_THAT(text, HasSubstr("err\n"));
  EXPECT_EQ(child.wait().exit_code, 4);
  ChildProcess silent = shell("cat");
  EXPECT_EQ(silent.exchange(""), "") << "nothing to send ends its input";
}

TEST(Isolated, PassesOnWhatTheWorkThrows) {
  run_isolated([] {}, {5});
  try {
    run_isolated([] { throw Error("broken", "mend it"); }, {5});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "broken");
    EXPECT_EQ(error.hint(), "mend it");
    EXPECT_EQ(dynamic_cast<const IsolatedFailure*>(&error), nullptr);
  }
  EXPECT_THROW(run_isolated([] { throw std::bad_alloc(); }, {5}), IsolatedFailure);
  EXPECT_THROW(run_isolated([] { throw Stopped(); }, {5}), Stopped);
}

TEST(Isolated, TellsCrashesFromStops) {
  const auto crash = [] { run_isolated([] { std::abort(); }, {5}); };
  try {
    crash();
    FAIL() << "no error";
  } catch (const IsolatedFailure& error) {
    EXPECT_THAT(error.what(), HasSubstr("crashed (Aborted)"));
  }
  request_stop();  // as the same Ctrl-C does that ended the child
  EXPECT_THROW(crash(), Stopped);
  reset_stop_request();
}

TEST(ChildProcess, OwnProgramStaysTheSameWhenItsFileIsReplaced) {
  EXPECT_EQ(own_program(), "/proc/self/exe") << "under valgrind it is another: scripts/valgrind-test";
}

TEST(Isolated, HasNoMoreMemoryAndTimeThanItIsGiven) {
  constexpr std::size_t kMegabyte = 1'000'000;
  const auto failure = [](const std::function<void()>& work, const IsolationLimits& limits) -> std::string {
    try {
      run_isolated(work, limits);
    } catch (const IsolatedFailure& problem) {
      return problem.what();
    }
    return {};
  };
  const auto take = [](std::size_t bytes) {
    return [bytes] {
      const std::vector<char> taken(bytes, 'x');
      if (std::ranges::count(taken, 'x') == 0) throw Error("nothing there");
    };
  };
  EXPECT_EQ(failure(take(50 * kMegabyte), {5, 100 * kMegabyte}), "");
#ifdef ERSATZ_SANITIZED  // its allocator ends the process
  EXPECT_NE(failure(take(500 * kMegabyte), {5, 100 * kMegabyte}), "");
#else
  EXPECT_EQ(failure(take(500 * kMegabyte), {5, 100 * kMegabyte}),
            "the child process needed more than 100.0 MB of memory");
#endif
  EXPECT_EQ(failure([] { ::pause(); }, {5, 100 * kMegabyte, 1}), "the child process was ended after 1 s");
}

}  // namespace
}  // namespace ersatz
