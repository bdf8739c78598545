#include "base/sandbox.hpp"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ersatz {
namespace {

// What computing needs of the system. None of it names a file, another process or an address on a network; memory may
// be had, but none from which code is run.
constexpr int kAllowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),     SCMP_SYS(futex),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),    SCMP_SYS(brk),
    SCMP_SYS(madvise),      SCMP_SYS(exit),      SCMP_SYS(exit_group),
    SCMP_SYS(close),        SCMP_SYS(lseek),     SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),      SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),      SCMP_SYS(writev),    SCMP_SYS(restart_syscall),
};
constexpr int kAllowedWithoutCode[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

// What libraries try on the way and can do without: malloc looks at a file of /proc before it gives memory back, the C
// library at the time zone and at tables of character sets; abort() sends itself a signal, and goes on without.
constexpr int kRefused[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(openat2),  SCMP_SYS(creat),        SCMP_SYS(stat),
    SCMP_SYS(lstat),      SCMP_SYS(fstat),      SCMP_SYS(statx),    SCMP_SYS(newfstatat),   SCMP_SYS(access),
    SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),   SCMP_SYS(getcwd),
    SCMP_SYS(getdents64), SCMP_SYS(tgkill),     SCMP_SYS(tkill),    SCMP_SYS(rt_sigaction), SCMP_SYS(ioctl),
};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

/// The filter as the kernel takes it. A child that was forked loads it without taking memory or a lock.
std::vector<sock_filter> compile_filter() {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_TRAP));
  if (filter == nullptr) throw std::bad_alloc();
  int problem = 0;
  const auto add = [&](std::uint32_t action, int call) {
    if (problem == 0) problem = seccomp_rule_add(filter.get(), action, call, 0);
  };
  for (const int call : kAllowed) add(SCMP_ACT_ALLOW, call);
  for (const int call : kRefused) add(SCMP_ACT_ERRNO(EPERM), call);
  for (const int call : kAllowedWithoutCode) {
    const scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    if (problem == 0) problem = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 1, &no_code);
  }
  const int file = ::memfd_create("filter", MFD_CLOEXEC);
  if (problem == 0) problem = file < 0 ? -errno : seccomp_export_bpf(filter.get(), file);
  std::vector<sock_filter> code;
  if (problem == 0) {
    code.resize(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)) / sizeof(sock_filter));
    const auto size = static_cast<ssize_t>(code.size() * sizeof(sock_filter));
    if (::pread(file, code.data(), static_cast<std::size_t>(size), 0) != size) problem = -EIO;
  }
  if (file >= 0) ::close(file);
  if (problem != 0) throw Error(fmt::format("libseccomp makes no filter: {}", std::strerror(-problem)));
  return code;
}

const std::vector<sock_filter>& filter_code() {
  static const std::vector<sock_filter> code = compile_filter();
  return code;
}

bool load_filter() {
  const std::vector<sock_filter>& code = filter_code();
  const sock_fprog program{static_cast<unsigned short>(code.size()), const_cast<sock_filter*>(code.data())};
  // Older kernels than 5.16 would slow down everything in a process with a filter, against what could be learned from
  // the processor's guesses: there is nothing here to learn but the file itself.
  for (const unsigned long flags : {SECCOMP_FILTER_FLAG_SPEC_ALLOW, 0UL}) {
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return true;
  }
  return false;
}

/// 0 when a child could load the filter, or the errno of why not.
int try_filter() {
  filter_code();
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    const bool works = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && load_filter();
    ::_exit(works ? 0 : errno);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
}

[[maybe_unused]] bool is_wanted() {
  const char* value = std::getenv("ERSATZ_SANDBOX");
  const std::string_view setting = value == nullptr ? "" : value;
  if (!setting.empty() && setting != "on" && setting != "off") {
    throw Error(fmt::format("ERSATZ_SANDBOX is \"{}\"", setting),
                "its values are on and off; with off, files of strangers are read without protection");
  }
  return setting != "off";
}

Sandbox find_sandbox() {
  if (!is_wanted()) return {SandboxKind::none, "off (ERSATZ_SANDBOX)"};
#ifdef ERSATZ_SANITIZED  // (sanitizers open files, start programs and map memory as they like)
  return {SandboxKind::processes, "none (built with sanitizers)"};
#else
  const int problem = try_filter();
  if (problem == 0) return {SandboxKind::seccomp, "seccomp"};
  return {SandboxKind::processes,
          fmt::format("none (this kernel does not allow seccomp filters: {})", std::strerror(problem))};
#endif
}

std::atomic<int>* g_blocked = nullptr;

void on_blocked_call(int, siginfo_t* info, void*) {
  g_blocked->store(info->si_syscall);
  ::_exit(128 + SIGSYS);
}

}  // namespace

void check_sandbox_setting() { is_wanted(); }

const Sandbox& sandbox() {
  static const Sandbox found = find_sandbox();
  return found;
}

bool enter_sandbox(int& channel, [[maybe_unused]] std::atomic<int>& blocked) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifdef ERSATZ_SANITIZED
  ::closefrom(std::max(channel, STDERR_FILENO) + 1);  // they report on standard error
  return true;
#else
  if (channel != 0 && ::dup2(channel, 0) < 0) return false;
  channel = 0;
  ::closefrom(1);
  const rlimit nothing{0, 0};
  ::setrlimit(RLIMIT_NOFILE, &nothing);
  ::setrlimit(RLIMIT_NPROC, &nothing);
  g_blocked = &blocked;
  struct sigaction action {};
  action.sa_sigaction = on_blocked_call;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSYS, &action, nullptr);
  return sandbox().kind != SandboxKind::seccomp || load_filter();
#endif
}

std::string system_call_name(int number) {
  const std::unique_ptr<char, void (*)(void*)> name(seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number),
                                                    std::free);
  return name == nullptr ? "?" : name.get();
}

}  // namespace ersatz
