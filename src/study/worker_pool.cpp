#include "study/worker_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <numeric>
#include <optional>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/stop.hpp"

namespace ersatz::study {
namespace {

using Kind = WorkerUpdate::Kind;

constexpr int kTickMilliseconds = 100;
constexpr std::size_t kErrorTail = 2000;  // bytes of a worker's standard error that are remembered

struct Worker {
  explicit Worker(const std::vector<std::string>& command) : process(command) {}

  ChildProcess process;
  std::optional<std::size_t> job;
  std::string unread;      // the beginning of a line
  std::string last_words;  // the end of its standard error
  bool ended = false;      // its output was closed
};

class Pool {
 public:
  Pool(const std::vector<std::string>& jobs, const PoolOptions& options, const PoolHooks& hooks)
      : jobs_(jobs), options_(options), hooks_(hooks), waiting_(jobs.size()) {
    std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
  }

  void run() {
    while (true) {
      if (stop_requested() || (failed_ && options_.fail_fast)) stop_workers();
      if (!stopping_) hand_out();
      if (workers_.empty() && (stopping_ || waiting_.empty())) break;
      wait_for_news();
      end_lost();
      remove_ended();
      if (hooks_.on_tick) hooks_.on_tick();
    }
    if (stop_requested()) throw Stopped();
  }

 private:
  void hand_out() {
    for (const auto& worker : workers_) {
      if (worker->job || worker->ended) continue;
      if (const auto job = next_job()) {
        give(*worker, *job);
      } else if (waiting_.empty()) {
        worker->process.close_input();  // it ends by itself
      }
    }
    while (workers_.size() < std::max(1U, options_.workers)) {
      const auto job = next_job();
      if (!job) break;
      workers_.push_back(std::make_unique<Worker>(options_.command));
      give(*workers_.back(), *job);
    }
  }

  // The first job that waits and can be done now.
  std::optional<std::size_t> next_job() {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const std::size_t job = *at;
      const JobOffer offer = hooks_.on_offer ? hooks_.on_offer(job) : JobOffer::take;
      at = offer == JobOffer::later ? std::next(at) : waiting_.erase(at);
      if (offer == JobOffer::take) return job;
      if (offer == JobOffer::failed) failed_ = true;
    }
    return std::nullopt;
  }

  void give(Worker& worker, std::size_t job) {
    worker.job = job;
    worker.last_words.clear();
    if (hooks_.on_start) hooks_.on_start(*worker.job);
    // When it has died the end of its output says so, and the job fails.
    worker.process.send(jobs_[*worker.job] + "\n");
  }

  void stop_workers() {
    if (stopping_) return;
    stopping_ = true;
    for (const auto& worker : workers_) {
      worker->process.close_input();
      worker->process.signal(SIGTERM);
    }
  }

  void wait_for_news() {
    std::vector<pollfd> waiting;
    for (const auto& worker : workers_) {
      waiting.push_back({worker->process.output(), POLLIN, 0});
      waiting.push_back({worker->process.error(), POLLIN, 0});
    }
    if (::poll(waiting.data(), waiting.size(), kTickMilliseconds) <= 0) return;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      // Standard error first: the reason is there before the end is.
      if (waiting[2 * i + 1].revents != 0) read_error(*workers_[i]);
      if (waiting[2 * i].revents != 0) read_output(*workers_[i]);
    }
  }

  void read_error(Worker& worker) {
    char buffer[4096];
    const ssize_t got = ::read(worker.process.error(), buffer, sizeof buffer);
    if (got <= 0) return;
    worker.last_words.append(buffer, static_cast<std::size_t>(got));
    if (worker.last_words.size() > kErrorTail) worker.last_words.erase(0, worker.last_words.size() - kErrorTail);
  }

  void read_output(Worker& worker) {
    char buffer[1 << 16];
    const ssize_t got = ::read(worker.process.output(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) {
      worker.ended = true;
      return;
    }
    worker.unread.append(buffer, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end; (end = worker.unread.find('\n', begin)) != std::string::npos; begin = end + 1) {
      take_line(worker, worker.unread.substr(begin, end - begin));
    }
    worker.unread.erase(0, begin);
  }

  void take_line(Worker& worker, const std::string& line) {
    if (!worker.job) return;
    WorkerUpdate update;
    try {
      update = update_from_line(line);
    } catch (const Error& problem) {
      finish(worker, problem.what(), "");
      worker.ended = true;  // whatever this is, it does not speak our language: it is killed and replaced
      return;
    }
    // A worker that was told to stop by someone else: the whole study stops, and can be resumed.
    if (update.kind == Kind::stopped && !stopping_) request_stop();
    const std::size_t job = *worker.job;
    if (update.kind == Kind::failed) fail_or_requeue(job, update);
    if (update.kind == Kind::done || update.kind == Kind::failed || update.kind == Kind::stopped) worker.job.reset();
    if (hooks_.on_update) hooks_.on_update(job, update);
  }

  void finish(Worker& worker, const std::string& message, const std::string& hint) {
    WorkerUpdate update;
    update.kind = stopping_ ? Kind::stopped : Kind::failed;
    update.text = message;
    update.hint = hint;
    const std::size_t job = *worker.job;
    worker.job.reset();
    if (update.kind == Kind::failed) fail_or_requeue(job, update);
    if (hooks_.on_update) hooks_.on_update(job, update);
  }

  // A job that failed because it is somebody else's has not failed.
  void fail_or_requeue(std::size_t job, WorkerUpdate& update) {
    if (hooks_.is_lost && hooks_.is_lost(job, true)) {
      waiting_.push_back(job);
      update.kind = Kind::stopped;
    } else {
      failed_ = true;
    }
  }

  void end_lost() {
    if (!hooks_.is_lost) return;
    for (const auto& worker : workers_) {
      if (!worker->job || worker->ended || !hooks_.is_lost(*worker->job, false)) continue;
      worker->process.signal(SIGKILL);
      worker->process.wait();
      worker->ended = true;
      const std::size_t job = *worker->job;
      worker->job.reset();
      waiting_.push_back(job);
      WorkerUpdate update;
      update.kind = Kind::stopped;
      if (hooks_.on_update) hooks_.on_update(job, update);
    }
  }

  void remove_ended() {
    for (const auto& worker : workers_) {
      if (!worker->ended) continue;
      // A process may close its output and live on; it is of no use any more.
      worker->process.close_input();
      if (!worker->job) continue;
      drain_error(*worker);
      worker->process.signal(SIGKILL);  // in case it lives on without its output: its end is waited for
      const ProcessEnd end = worker->process.wait();
      const std::string how = end.succeeded() ? "ended before the run was done" : end.text();
      const std::string words = worker->last_words;
      finish(*worker, "its worker process " + how + (words.empty() ? "" : ", saying: " + trimmed(words)),
             end.signal == SIGKILL ? "the system may have run out of memory: try fewer jobs at a time (--jobs 1)" : "");
    }
    std::erase_if(workers_, [](const auto& worker) { return worker->ended; });
  }

  void drain_error(Worker& worker) {
    for (pollfd waiting{worker.process.error(), POLLIN, 0}; ::poll(&waiting, 1, 0) > 0;) {
      const std::size_t before = worker.last_words.size();
      read_error(worker);
      if (worker.last_words.size() == before) break;
    }
  }

  static std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
  }

  const std::vector<std::string>& jobs_;
  const PoolOptions& options_;
  const PoolHooks& hooks_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::deque<std::size_t> waiting_;
  bool stopping_ = false, failed_ = false;
};

}  // namespace

void run_jobs(const std::vector<std::string>& jobs, const PoolOptions& options, const PoolHooks& hooks) {
  Pool(jobs, options, hooks).run();
}

}  // namespace ersatz::study
