#pragma once

#include <string>
#include <vector>

#include "base/child_process.hpp"

namespace ersatz::testing {

/// How a program ended and what it wrote.
struct Outcome {
  int code = -1;  ///< exit code; -1 after a signal
  std::string out, err;
};

/// The ersatz program with these arguments, while it runs.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments);

  ChildProcess& process() { return process_; }
  /// Reads on until its standard output holds `text`; false when it ends without.
  bool wait_for(const std::string& text);
  /// Process ids of its workers.
  std::vector<pid_t> children() const;
  /// Reads to the end.
  Outcome finish();

 private:
  bool read_some();

  ChildProcess process_;
  Outcome outcome_;
  bool out_open_ = true, err_open_ = true;
};

/// Runs ersatz to its end.
Outcome run_ersatz(const std::vector<std::string>& arguments);

}  // namespace ersatz::testing
