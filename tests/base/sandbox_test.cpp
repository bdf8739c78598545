// What a process in the sandbox tries, and what this one hears of it. A library that a hostile file has taken over can
// do nothing else.

#include "base/sandbox.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/isolated.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;

constexpr IsolationLimits kSandboxed{.cpu_seconds = 10, .memory = 200'000'000, .seconds = 20, .sandbox = true};

/// What a child writes about what it tried; else the error that this process gets.
std::string tried(const std::function<std::string()>& attack) {
  try {
    IsolatedStream stream([&](IsolatedOutput& out) { out.text(attack()); }, kSandboxed);
    std::string text = stream.text(1000);
    EXPECT_TRUE(stream.at_end());
    return text;
  } catch (const IsolatedFailure& failure) {
    return std::string("ended: ") + failure.what();
  }
}

std::string outcome(long status) { return status < 0 ? "errno " + std::to_string(errno) : "succeeded"; }

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (sandbox().kind != SandboxKind::seccomp) GTEST_SKIP() << "sandbox: " << sandbox().text;
  }
};

TEST_F(SandboxTest, NothingCanBeOpened) {
  const std::string refused = "errno " + std::to_string(EPERM);
  EXPECT_EQ(tried([] { return outcome(::open("/etc/passwd", O_RDONLY)); }), refused);
  EXPECT_EQ(tried([] { return outcome(::open("/tmp/ersatz-sandbox-test", O_WRONLY | O_CREAT, 0600)); }), refused);
  EXPECT_EQ(tried([] { return outcome(::openat(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY)); }), refused);
  EXPECT_EQ(tried([] { return outcome(::access("/etc/passwd", F_OK)); }), refused);
  EXPECT_NE(::access("/tmp/ersatz-sandbox-test", F_OK), 0);
}

TEST_F(SandboxTest, WhatDecodersNeverDoEndsThem) {
  struct Attack {
    const char* call;
    std::function<long()> tries;
  };
  const pid_t parent = ::getpid();
  const std::vector<Attack> attacks{{"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0); }},
                                    {"execve",
                                     [] {
                                       char name[] = "/bin/true";
                                       std::array<char*, 2> arguments{name, nullptr};
                                       return ::execve(name, arguments.data(), environ);
                                     }},
                                    {"clone", [] { return ::fork(); }},
                                    {"kill", [&] { return ::kill(parent, SIGKILL); }},
                                    {"ptrace", [&] { return ::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr); }},
                                    {"mmap",
                                     [] {
                                       void* const code = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                                                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                                       return code == MAP_FAILED ? -1L : 0L;
                                     }},
                                    {"unlink", [] { return ::unlink("/tmp/ersatz-sandbox-test"); }},
                                    {"dup", [] { return ::dup(0); }}};
  for (const Attack& attack : attacks) {
    const std::string text = tried([&] { return outcome(attack.tries()); });
    EXPECT_THAT(text, HasSubstr("ended: its decoder tried something that decoders never do (system call ")) << text;
    EXPECT_THAT(text, HasSubstr(std::string(", ") + attack.call));
    EXPECT_THAT(text, HasSubstr("), and was stopped"));
  }
}

TEST_F(SandboxTest, OnlyItsChannelIsOpen) {
  const std::string closed = "errno " + std::to_string(EBADF);
  for (const int descriptor : {1, 2, 3, 4, 5, 10, 100}) {
    EXPECT_EQ(tried([&] { return outcome(::write(descriptor, "x", 1)); }), closed) << descriptor;
  }
}

TEST_F(SandboxTest, ItCannotTakeTheFilterOffOrItsAlarmAway) {
  EXPECT_EQ(tried([] { return outcome(reinterpret_cast<long>(::signal(SIGSYS, SIG_IGN))); }),
            "errno " + std::to_string(EPERM));
  EXPECT_THAT(tried([] { return outcome(::alarm(0)); }), HasSubstr("(system call"));
}

TEST_F(SandboxTest, ComputingGoesOn) {
  EXPECT_EQ(tried([] {
              std::vector<std::unique_ptr<char[]>> blocks;  // small and large ones: brk, mmap, munmap
              for (std::size_t size = 1; size < 50'000'000; size *= 3) {
                blocks.push_back(std::make_unique<char[]>(size));
                blocks.back()[size - 1] = 'x';
              }
              blocks.clear();
              try {
                throw Error("within");
              } catch (const Error&) {
              }
              return std::to_string(std::time(nullptr) > 0);
            }),
            "1");
}

// glibc gives memory of other threads back in another way, and looks at a file before.
TEST_F(SandboxTest, ComputingGoesOnInTheChildOfAnotherThread) {
  std::string text;
  std::thread([&] {
    const auto before = std::make_unique<char[]>(1000);
    text = tried([] {
      for (int round = 0; round < 3; ++round) {
        std::vector<std::unique_ptr<char[]>> blocks;
        for (int i = 0; i < 3000; ++i) blocks.push_back(std::make_unique<char[]>(30'000));
      }
      return std::string("done");
    });
  }).join();
  EXPECT_EQ(text, "done");
}

TEST_F(SandboxTest, CrashesAndTooMuchMemoryAreToldApart) {
  EXPECT_THAT(tried([]() -> std::string { std::abort(); }), HasSubstr("ended: the child process crashed ("));
  EXPECT_EQ(tried([] {
              const std::vector<char> taken(500'000'000, 'x');
              return std::to_string(taken.size());
            }),
            "ended: the child process needed more than 200.0 MB of memory");
}

TEST(Sandbox, SaysWhatThereIs) {
  EXPECT_FALSE(sandbox().text.empty());
#ifdef __x86_64__
  EXPECT_EQ(system_call_name(41), "socket");
#endif
  EXPECT_EQ(system_call_name(100'000), "?");
}

}  // namespace
}  // namespace ersatz
