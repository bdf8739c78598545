#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "study/worker_protocol.hpp"

namespace ersatz::study {

/// How workers are started.
struct PoolOptions {
  std::vector<std::string> command;  ///< program and arguments of a worker process
  unsigned workers = 1;              ///< at most this many at a time
  bool fail_fast = false;            ///< after a failure no job is begun, and those at work are stopped
};

/// What is to become of a job: it is done now, offered again later, or somebody else has done it, or has failed to.
enum class JobOffer { take, later, done, failed };

/// Called from the thread that runs the pool, between its waits. What they throw ends the pool: its workers are killed.
struct PoolHooks {
  /// Asked before a job is handed to a worker, while one is free; every job is taken where there is no such hook.
  std::function<JobOffer(std::size_t job)> on_offer;
  /// Several times a second, of every job at work, and of one that failed (`failed`, which calls for a closer look):
  /// whether it is somebody else's by now. Then its worker is killed, it counts as stopped, and it is offered again.
  std::function<bool(std::size_t job, bool failed)> is_lost;
  std::function<void(std::size_t job)> on_start;
  /// Every update, the last one (done, failed, stopped) included. A worker that ended in the midst of a job
  /// counts as failed; the text says how it ended and what it last wrote to its standard error.
  std::function<void(std::size_t job, const WorkerUpdate&)> on_update;
  std::function<void()> on_tick;  ///< several times a second
};

/// Hands `jobs` (lines for a worker, in this order) to worker processes, each of which takes one job
/// after the other, and returns when all have been done or have failed. A worker that crashes is
/// replaced. When a stop is requested, workers are told to stop (SIGTERM) and waited for; then Stopped is
/// thrown. No worker outlives the call. Throws Error when a worker cannot be started.
void run_jobs(const std::vector<std::string>& jobs, const PoolOptions& options, const PoolHooks& hooks);

}  // namespace ersatz::study
