// What a child writes arrives whole and in order, and so does what it throws.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/isolated.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;

constexpr IsolationLimits kSandboxed{.cpu_seconds = 20, .memory = 500'000'000, .seconds = 60, .sandbox = true};

TEST(IsolatedStream, BytesArriveInOrderHoweverManyThereAre) {
  constexpr std::uint32_t kCount = 3'000'000;
  const std::string large(1'000'000, 'l');
  IsolatedStream stream(
      [&](IsolatedOutput& out) {
        for (std::uint32_t i = 0; i < kCount; ++i) out.value(i);
        out.text(large);
        out.text("");
      },
      kSandboxed);
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) wrong += stream.value<std::uint32_t>() != i ? 1 : 0;
  EXPECT_EQ(wrong, 0U);
  EXPECT_TRUE(stream.text(1'000'000) == large);
  EXPECT_EQ(stream.text(0), "");
  EXPECT_TRUE(stream.at_end());
}

TEST(IsolatedStream, WhatIsThrownComesBehindWhatWasWritten) {
  if (!has_own_processes()) GTEST_SKIP() << "everything is in this process";
  IsolatedStream stream(
      [](IsolatedOutput& out) {
        out.text("before");
        throw Error("broken\x1b[31m", "mend it");
      },
      kSandboxed);
  EXPECT_EQ(stream.text(6), "before");
  try {
    stream.at_end();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "broken?[31m") << "nothing that moves a terminal's cursor";
    EXPECT_EQ(error.hint(), "mend it");
  }
}

TEST(IsolatedStream, AChildThatClaimsMoreThanItHasIsAnError) {
  IsolatedStream long_text([](IsolatedOutput& out) { out.text("longer"); }, kSandboxed);
  EXPECT_THROW(long_text.text(5), IsolatedFailure);
  IsolatedStream cut([](IsolatedOutput& out) { out.value(std::uint64_t{100}); }, kSandboxed);
  EXPECT_THROW(cut.text(1000), IsolatedFailure);
}

TEST(IsolatedStream, AStopEndsTheWaitAndTheChild) {
  if (!has_own_processes()) GTEST_SKIP() << "it would wait for itself";
  IsolatedStream stream(
      [](IsolatedOutput&) {
        while (true) {
        }
      },
      kSandboxed);
  request_stop();
  EXPECT_THROW(stream.at_end(), Stopped);
  reset_stop_request();
}

TEST(IsolatedStream, AChildThatIsKilledIsSaidToBe) {
  if (!has_own_processes()) GTEST_SKIP() << "there is none";
  IsolatedProcess child(
      IsolatedProcess::Channel::pipe,
      [](int, const auto&) {
        while (true) {
        }
      },
      kSandboxed);
  child.kill("it took too long");
  try {
    child.finish();
    FAIL() << "no error";
  } catch (const IsolatedFailure& failure) {
    EXPECT_STREQ(failure.what(), "it took too long");
  }
}

/// Whether a process lives, other than as one whose end nobody has asked for.
bool lives(pid_t pid) {
  try {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const std::string_view rest = std::string_view(stat).substr(stat.rfind(')'));
    return rest.size() > 2 && rest[2] != 'Z' && rest[2] != 'X';
  } catch (const Error&) {
    return false;
  }
}

TEST(IsolatedStream, NothingOutlivesTheProcessThatMadeIt) {
  if (!has_own_processes()) GTEST_SKIP() << "there is none";
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    IsolatedStream stream(
        [](IsolatedOutput& out) {
          out.value(::getpid());
          out.flush();
          while (true) {
          }
        },
        kSandboxed);
    const auto child = stream.value<pid_t>();
    if (::write(ends[1], &child, sizeof child) != sizeof child) ::_exit(1);
    ::pause();
  }
  pid_t child = 0;
  ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  EXPECT_TRUE(lives(child));
  ::kill(parent, SIGKILL);
  wait_for_process(parent);
  for (int i = 0; i < 1000 && lives(child); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(lives(child));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace ersatz
