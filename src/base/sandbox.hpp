#pragma once

#include <atomic>
#include <string>

namespace ersatz {

/// What keeps readers of strangers' files from doing anything else.
enum class SandboxKind {
  seccomp,    ///< they run in processes of their own, whose system calls are filtered
  processes,  ///< in processes of their own with limits, but no filter works here
  none        ///< they run in this process: ERSATZ_SANDBOX=off, or a fuzz target
};

struct Sandbox {
  SandboxKind kind = SandboxKind::seccomp;
  std::string text;  ///< for `ersatz --version -v`: "seccomp", "none (why)"
};

/// Throws Error when the environment variable ERSATZ_SANDBOX has another value than "off", "on" or nothing.
void check_sandbox_setting();

/// What this machine and ERSATZ_SANDBOX allow, found out at the first call, which tries it in a child. Throws as
/// check_sandbox_setting() does.
const Sandbox& sandbox();

/// Whether strangers' files are read in processes of their own.
inline bool has_own_processes() { return sandbox().kind != SandboxKind::none; }

/// Takes from this process, a child without other threads, all but what reading memory, computing and exchanging bytes
/// through one descriptor need. `channel` becomes the number that this descriptor has from then on; all others are
/// closed. Nothing can be opened then (EPERM), and whatever else is tried ends the process: `blocked` then holds the
/// number of the system call. Where no filter works, limits keep it from opening anything and from starting programs.
///
/// sandbox() must have been called before this process was forked. Returns false when the filter that worked then does
/// not.
bool enter_sandbox(int& channel, std::atomic<int>& blocked);

/// "socket" of 41 on x86-64; "?" where that is not known.
std::string system_call_name(int number);

}  // namespace ersatz
