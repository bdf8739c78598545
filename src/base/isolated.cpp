#include "base/isolated.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>
#include <string>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"

namespace ersatz {
namespace {

// First byte of what the child reports.
constexpr char kErrorMark = 'E', kOtherMark = 'X', kStoppedMark = 'S', kMemoryMark = 'M';
constexpr char kSeparator = '\0';  // between message and hint

// The address space that this process has mapped, in bytes.
std::uint64_t mapped_bytes() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void set_limits(const IsolationLimits& limits) {
  const rlimit no_core{0, 0}, cpu{limits.cpu_seconds, limits.cpu_seconds};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_CPU, &cpu);
  const std::uint64_t mapped = mapped_bytes();
  if (limits.memory <= RLIM_INFINITY - mapped) {
    const rlimit memory{mapped + limits.memory, mapped + limits.memory};
    setrlimit(RLIMIT_AS, &memory);
  }
  ::alarm(limits.seconds);
}

[[noreturn]] void run_as_child(const std::function<void()>& work, const IsolationLimits& limits, int pipe_end) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
    std::signal(number, SIG_DFL);
  }
  set_limits(limits);
  std::string report;
  try {
    work();
  } catch (const Stopped&) {
    report = kStoppedMark;
  } catch (const Error& error) {
    report = kErrorMark + std::string(error.what()) + kSeparator + error.hint();
  } catch (const std::bad_alloc&) {
    report = kMemoryMark;  // and no text: there may be no room for one
  } catch (const std::exception& problem) {
    report = kOtherMark + std::string(problem.what());
  }
  for (std::size_t sent = 0; sent < report.size();) {
    const ssize_t n = ::write(pipe_end, report.data() + sent, report.size() - sent);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  ::_exit(report.empty() ? 0 : 1);  // no destructors and no buffers of the parent
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t n = ::read(descriptor, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

void run_isolated(const std::function<void()>& work, const IsolationLimits& limits) {
  int ends[2];
  if (::pipe(ends) != 0) throw Error("cannot start a child process: " + errno_text());
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw Error("cannot start a child process: " + errno_text());
  }
  if (child == 0) {
    ::close(ends[0]);
    run_as_child(work, limits, ends[1]);
  }
  ::close(ends[1]);
  const std::string report = read_all(ends[0]);
  ::close(ends[0]);
  const ProcessEnd end = wait_for_process(child);
  // Ctrl-C ends the child, and asks this process to stop.
  if (report.starts_with(kStoppedMark) || (end.signal != 0 && stop_requested())) throw Stopped();
  if (report.starts_with(kErrorMark)) {
    const std::size_t separator = report.find(kSeparator);
    throw Error(report.substr(1, separator - 1), separator == std::string::npos ? "" : report.substr(separator + 1));
  }
  if (report.starts_with(kOtherMark)) throw IsolatedFailure(report.substr(1));
  if (report.starts_with(kMemoryMark)) {
    throw IsolatedFailure(fmt::format("the child process needed more than {} of memory", format_bytes(limits.memory)));
  }
  if (end.signal == SIGXCPU || end.signal == SIGKILL) {
    throw IsolatedFailure(fmt::format("the child process was ended after {} s of processor time", limits.cpu_seconds));
  }
  if (end.signal == SIGALRM)
    throw IsolatedFailure(fmt::format("the child process was ended after {} s", limits.seconds));
  if (end.signal != 0) throw IsolatedFailure(fmt::format("the child process crashed ({})", end.signal_name()));
  if (!end.succeeded()) throw IsolatedFailure("the child process failed without a message");
}

}  // namespace ersatz
