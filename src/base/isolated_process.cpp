#include "base/isolated_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"

namespace ersatz {
namespace {

// First byte of what a child reports.
constexpr char kErrorMark = 'E', kOtherMark = 'X', kStoppedMark = 'S', kMemoryMark = 'M';
constexpr char kSeparator = '\0';  // between message and hint
constexpr int kPipeBytes = 1 << 20;

// The address space that this process has mapped, in bytes.
std::uint64_t mapped_bytes() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void set_limits(const IsolationLimits& limits) {
  const rlimit no_core{0, 0}, cpu{limits.cpu_seconds, limits.cpu_seconds + 2};  // SIGXCPU before SIGKILL
  setrlimit(RLIMIT_CORE, &no_core);
  if (limits.cpu_seconds != IsolationLimits::kNoLimit) setrlimit(RLIMIT_CPU, &cpu);
  const std::uint64_t mapped = mapped_bytes();
  if (limits.memory <= RLIM_INFINITY - mapped) {
    const rlimit memory{mapped + limits.memory, mapped + limits.memory};
    setrlimit(RLIMIT_AS, &memory);
  }
  ::alarm(limits.seconds);
}

/// Waits until the child has closed its end of the channel. It is at its own end then, or was taken over.
void end_when_done(pid_t child, int channel) {
  constexpr int kLongestEnd = 10'000;  // milliseconds
  pollfd closed{channel, 0, 0};
  while (::poll(&closed, 1, -1) < 0 && errno == EINTR) {
  }
  pollfd ended{static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), POLLIN, 0};
  if (ended.fd < 0) return;
  if (::poll(&ended, 1, kLongestEnd) == 0) ::kill(child, SIGKILL);
  ::close(ended.fd);
}

}  // namespace

std::string without_controls(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; },
      '?');
  return text;
}

/// Memory of both processes.
struct IsolatedProcess::Shared {
  std::atomic<std::uint64_t> beats{0};
  std::atomic<int> blocked{-1};  ///< the system call that the sandbox did not let through
  std::uint32_t report_size = 0;
  char report[(1 << 14) - 16];
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "processes share them");

IsolatedProcess::IsolatedProcess(Channel channel, const Work& work, const IsolationLimits& limits) : limits_(limits) {
  if (limits.sandbox) sandbox();
  int ends[2]{-1, -1};
  const bool is_pipe = channel == Channel::pipe;
  const int status = is_pipe ? ::pipe2(ends, O_CLOEXEC) : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  const pid_t parent = ::getpid();
  if (memory != MAP_FAILED) shared_ = new (memory) Shared;
  if (status == 0 && shared_ != nullptr) pid_ = ::fork();
  if (pid_ < 0) {
    const std::string why = errno_text();
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
    if (shared_ != nullptr) ::munmap(shared_, sizeof(Shared));
    throw NoChildProcess("cannot start a child process: " + why, "is the number of processes limited?");
  }
  if (pid_ == 0) {
    ::close(ends[0]);
    run(ends[1], parent, work);
  }
  ::close(ends[1]);
  channel_ = ends[0];
  if (is_pipe) ::fcntl(channel_, F_SETPIPE_SZ, kPipeBytes);  // fewer switches; less is no error
}

void IsolatedProcess::run(int channel, pid_t parent, const Work& work) {
  for (const int number : {SIGALRM, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGPIPE, SIGCHLD}) std::signal(number, SIG_DFL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) std::signal(number, limits_.sandbox ? SIG_IGN : SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it ended before
  set_limits(limits_);
  std::string report;
  try {
    if (limits_.sandbox && !enter_sandbox(channel, shared_->blocked)) throw Error("cannot enter the sandbox");
    work(channel, [this](std::uint64_t count) { shared_->beats.store(count, std::memory_order_relaxed); });
  } catch (const Stopped&) {
    report = kStoppedMark;
  } catch (const Error& error) {
    report = kErrorMark + std::string(error.what()) + kSeparator + error.hint();
  } catch (const std::bad_alloc&) {
    report = kMemoryMark;  // and no text: there may be no room for one
  } catch (const std::exception& problem) {
    report = kOtherMark + std::string(problem.what());
  }
  shared_->report_size = static_cast<std::uint32_t>(report.copy(shared_->report, sizeof shared_->report));
  ::_exit(report.empty() ? 0 : 1);  // no destructors and no buffers of the parent
}

IsolatedProcess::~IsolatedProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait_for_process(pid_);
  }
  if (channel_ >= 0) ::close(channel_);
  ::munmap(shared_, sizeof(Shared));
}

std::uint64_t IsolatedProcess::beats() const { return shared_->beats.load(std::memory_order_relaxed); }

void IsolatedProcess::forget_beats() { shared_->beats.store(0, std::memory_order_relaxed); }

double IsolatedProcess::cpu_seconds() const {
  clockid_t clock{};
  timespec time{};
  if (pid_ <= 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void IsolatedProcess::kill(const std::string& reason) {
  killed_for_ = reason;
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

void IsolatedProcess::finish() {
  if (pid_ > 0) {
    end_when_done(pid_, channel_);
    end_ = wait_for_process(std::exchange(pid_, -1));
  }
  const std::string report(shared_->report, std::min<std::size_t>(shared_->report_size, sizeof shared_->report));
  const auto text = [&](std::size_t from, std::size_t to = std::string::npos) {
    return limits_.sandbox ? without_controls(report.substr(from, to - from)) : report.substr(from, to - from);
  };
  // Ctrl-C ends the child, and asks this process to stop.
  if (report.starts_with(kStoppedMark) || (end_.signal != 0 && stop_requested())) throw Stopped();
  if (!killed_for_.empty()) throw IsolatedFailure(killed_for_);
  if (const int call = shared_->blocked.load(); call >= 0 || end_.signal == SIGSYS) {
    throw IsolatedFailure(
        fmt::format("its decoder tried something that decoders never do (system call {}, {}), and was stopped", call,
                    system_call_name(call)));
  }
  if (report.starts_with(kErrorMark)) {
    const std::size_t separator = std::min(report.find(kSeparator), report.size());
    throw Error(text(1, separator), text(std::min(separator + 1, report.size())));
  }
  if (report.starts_with(kOtherMark)) throw IsolatedFailure(text(1));
  if (report.starts_with(kMemoryMark)) {
    throw IsolatedFailure(fmt::format("the child process needed more than {} of memory", format_bytes(limits_.memory)));
  }
  if (end_.signal == SIGXCPU) {
    throw IsolatedFailure(fmt::format("the child process was ended after {} s of processor time", limits_.cpu_seconds));
  }
  if (end_.signal == SIGALRM)
    throw IsolatedFailure(fmt::format("the child process was ended after {} s", limits_.seconds));
  if (end_.signal == SIGKILL) throw IsolatedFailure("the child process was killed from outside", SIGKILL);
  if (end_.signal != 0)
    throw IsolatedFailure(fmt::format("the child process crashed ({})", end_.signal_name()), end_.signal);
  if (!end_.succeeded()) throw IsolatedFailure("the child process failed without a message");
}

}  // namespace ersatz
