#include "cli/train_runs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "base/child_process.hpp"
#include "base/text.hpp"
#include "base/whole_number.hpp"
#include "cli/live_display.hpp"
#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "study/inputs.hpp"

namespace ersatz::cli {

void prepare_features(const study::Session& session, const WorkAhead& work) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds_passed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const bool terminal = is_terminal(stdout);
  std::size_t first = 0, last = 0;
  bool begun = false;
  {
    ProgressLine line(stdout);
    study::prepare_features(
        session, work.todo,
        [&](std::size_t done, std::size_t total) {
          if (!begun) {
            begun = true;
            first = done;  // some may have been there from an earlier sitting
            if (!terminal) fmt::print("computing the features of {} images\n", format_count(total));
          }
          last = done;
          const double rate = static_cast<double>(done - first) / seconds_passed();
          const std::string left =
              rate > 0 ? ", " + format_duration(static_cast<double>(total - done) / rate) + " left" : "";
          line.show(fmt::format("features: {} of {} images, {} img/s{}", format_count(done), format_count(total),
                                format_count(clamp_to<std::uint64_t>(rate)), left),
                    static_cast<double>(done) / static_cast<double>(total));
          std::fflush(stdout);
        },
        work.memory.extraction_threads);
  }
  if (begun) fmt::print("features of {} images: {}\n", format_count(last), format_duration(seconds_passed()));
  std::fflush(stdout);
}

std::vector<study::FailedRun> train_runs(const study::Session& session, const std::vector<std::size_t>& todo,
                                         const study::OutputFolder& out, study::PoolOptions pool) {
  pool.command = {own_program(), "worker", "--parent", std::to_string(::getpid())};
  LiveDisplay display(session.plan, todo, pool.workers, stdout, is_terminal(stdout));
  study::StudyEvents events;
  events.on_start = [&](std::size_t run) { display.on_start(run); };
  events.on_update = [&](std::size_t run, const study::WorkerUpdate& update) { display.on_update(run, update); };
  events.on_elsewhere = [&](std::size_t run, const auto& end) { display.on_elsewhere(run, end); };
  events.on_tick = [&](const auto& others) { display.on_tick(others); };
  return study::run_study(session, todo, out, pool, events);
}

}  // namespace ersatz::cli
