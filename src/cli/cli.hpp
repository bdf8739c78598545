#pragma once

namespace ersatz::cli {

/// Exit codes of every command.
enum ExitCode : int {
  kDone = 0,
  kRunFailed = 1,  ///< a run of a study failed, or what was examined is not in order
  kBadInput = 2,   ///< bad usage or bad input
  kStopped = 75,   ///< stopped on request; the same command goes on
};

/// The whole command line program. Prints errors as "ersatz: error: ..." and "hint: ..." on stderr.
int run(int argc, char** argv);

}  // namespace ersatz::cli
