#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include "base/error.hpp"

namespace ersatz {

/// The child of run_isolated() did not get to an Error of its own: it crashed, took too long or ran out of
/// memory. The text does not say what it was working on.
class IsolatedFailure : public Error {
 public:
  using Error::Error;
};

/// What the child of run_isolated() may take.
struct IsolationLimits {
  unsigned cpu_seconds = 60;
  /// Address space in bytes, beyond what this process has mapped.
  std::uint64_t memory = std::numeric_limits<std::uint64_t>::max();
  /// By the clock: what waits for a device or a pipe takes no processor time.
  unsigned seconds = 600;
};

/// Runs `work` in a forked child and waits for it: for libraries that a damaged or hostile file may crash.
/// An Error or Stopped thrown there is thrown here again. Throws IsolatedFailure for any other exception, for
/// a crash and beyond `limits`, but Stopped when a stop was requested meanwhile.
/// `work` must leave its results in files and must not rely on threads of this process.
void run_isolated(const std::function<void()>& work, const IsolationLimits& limits);

}  // namespace ersatz
