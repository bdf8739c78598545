#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

/// How a child process ended.
struct ProcessEnd {
  int exit_code = 0;  ///< 0 as well when a signal ended it
  int signal = 0;     ///< the signal that ended it, or 0

  bool succeeded() const { return exit_code == 0 && signal == 0; }
  /// "Killed" for SIGKILL.
  std::string signal_name() const;
  /// "ended with exit code 3", "was ended by signal 9 (Killed)".
  std::string text() const;
};

/// Waits until the child process `pid` of this process has ended.
ProcessEnd wait_for_process(pid_t pid);

/// What to start for another process of this very program: /proc/self/exe, which stays the same even when the file is
/// replaced meanwhile. Under an emulator (valgrind) that would be the emulator: there it is the program's file.
std::string own_program();

/// A child process whose standard input, output and error are connected to this one. Destruction
/// kills it (SIGKILL) when it still runs.
class ChildProcess {
 public:
  /// Throws Error when `command` cannot be started.
  explicit ChildProcess(const std::vector<std::string>& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }      ///< -1 after wait()
  int output() const { return output_; }  ///< descriptor to poll and read
  int error() const { return error_; }    ///< likewise

  /// Writes to its standard input. Returns false when it no longer reads.
  bool send(std::string_view bytes);
  /// Ends its standard input.
  void close_input();
  void signal(int number);

  /// Writes `input` to its standard input, ends that, and reads until its standard output and error
  /// have ended. Returns what came from both, in order of arrival. However much there is in either
  /// direction, neither side waits for the other forever.
  std::string exchange(std::string_view input);

  /// Waits for its end. Called again, it returns the same.
  ProcessEnd wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1, output_ = -1, error_ = -1;
  ProcessEnd end_;
};

}  // namespace ersatz
