#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

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

  /// Writes to its standard input. Returns false when it does not read any more.
  bool send(std::string_view bytes);
  /// Ends its standard input.
  void close_input();
  void signal(int number);

  /// Waits for its end and says how it ended: empty after exit code 0, else "ended with exit code 3"
  /// or "was ended by signal 9 (Killed)".
  std::string wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1, output_ = -1, error_ = -1;
};

}  // namespace ersatz
