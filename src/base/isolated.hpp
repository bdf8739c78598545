#pragma once

#include <functional>

#include "base/error.hpp"

namespace ersatz {

/// The child of run_isolated() did not get to an Error of its own: it crashed, took too long or ran out of
/// memory. The text does not say what it was working on.
class IsolatedFailure : public Error {
 public:
  using Error::Error;
};

/// Runs `work` in a forked child and waits for it: for libraries that a damaged or hostile file may crash.
/// An Error or Stopped thrown there is thrown here again. Throws IsolatedFailure for any other exception, for
/// a crash and after `cpu_seconds` of processor time, but Stopped when a stop was requested meanwhile.
/// `work` must leave its results in files and must not rely on threads of this process.
void run_isolated(const std::function<void()>& work, unsigned cpu_seconds);

}  // namespace ersatz
