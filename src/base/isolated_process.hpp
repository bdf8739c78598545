#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "base/child_process.hpp"
#include "base/error.hpp"

namespace ersatz {

/// A child did not get to an Error of its own: it crashed, took too long, ran out of memory, or tried what the sandbox
/// forbids. The text does not say what it was working on.
class IsolatedFailure : public Error {
 public:
  explicit IsolatedFailure(const std::string& what, int ended_by = 0) : Error(what), signal_(ended_by) {}
  /// The signal that ended it, SIGKILL for one that this process did not send; or 0.
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// The system starts no child.
class NoChildProcess : public Error {
 public:
  using Error::Error;
};

/// What a child may take.
struct IsolationLimits {
  static constexpr unsigned kNoLimit = 0;
  unsigned cpu_seconds = 60;
  /// Address space in bytes, beyond what this process has mapped.
  std::uint64_t memory = std::numeric_limits<std::uint64_t>::max();
  /// By the clock: what waits for a device or a pipe takes no processor time.
  unsigned seconds = 600;
  /// In the sandbox (base/sandbox.hpp) it can open nothing, and signals that ask this process to stop do not reach it.
  bool sandbox = false;
};

/// The text with "?" for control characters other than line feeds: what a child that was taken over has written is
/// shown by terminals and not obeyed.
std::string without_controls(std::string text);

/// A forked child at work, connected to this process by a descriptor. It does not outlive the thread that made it.
class IsolatedProcess {
 public:
  enum class Channel { pipe, socket };  ///< a pipe leads from the child to this process
  /// Counts what a child has done, for the process that waits.
  using Beat = std::function<void(std::uint64_t count)>;
  using Work = std::function<void(int channel, const Beat& beat)>;

  /// Throws NoChildProcess. `work` runs in the child and must not rely on threads of this process.
  IsolatedProcess(Channel channel, const Work& work, const IsolationLimits& limits);
  /// Kills it when it still runs.
  ~IsolatedProcess();
  IsolatedProcess(const IsolatedProcess&) = delete;
  IsolatedProcess& operator=(const IsolatedProcess&) = delete;

  int channel() const { return channel_; }  ///< this process's end
  std::uint64_t beats() const;              ///< what the child has set last
  void forget_beats();                      ///< makes them 0
  double cpu_seconds() const;               ///< that it has used

  /// Ends it for a reason that finish() then gives.
  void kill(const std::string& reason);

  /// Waits for its end. An Error or Stopped that its work threw is thrown here again. Throws IsolatedFailure for any
  /// other exception, for a crash and beyond its limits, but Stopped when a stop was requested meanwhile.
  void finish();

 private:
  struct Shared;
  [[noreturn]] void run(int channel, pid_t parent, const Work& work);

  IsolationLimits limits_;
  Shared* shared_ = nullptr;
  int channel_ = -1;
  pid_t pid_ = -1;
  ProcessEnd end_;
  std::string killed_for_;
};

}  // namespace ersatz
