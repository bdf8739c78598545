#pragma once

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "cli/keyboard.hpp"
#include "cli/redrawn_lines.hpp"
#include "cli/run_lines.hpp"
#include "cli/study_progress.hpp"
#include "cli/taskbar.hpp"
#include "study/shared_work.hpp"

namespace ersatz::cli {

/// Shows a study at work. On a terminal: a line for every running run and one for the whole, redrawn in place below
/// what is finished; the key t prints the status; progress goes to the taskbar, too. Elsewhere: lines for the start and
/// the end of every run, and between them one for an epoch, as often as log_interval() says. In the background of a
/// shell nothing is redrawn.
class LiveDisplay {
 public:
  LiveDisplay(const study::Plan& plan, const std::vector<std::size_t>& todo, unsigned workers, std::FILE* stream,
              bool terminal);
  /// Removes the redrawn lines.
  ~LiveDisplay();
  LiveDisplay(const LiveDisplay&) = delete;
  LiveDisplay& operator=(const LiveDisplay&) = delete;

  void on_start(std::size_t run);
  void on_update(std::size_t run, const study::WorkerUpdate& update);
  void on_elsewhere(std::size_t run, const study::SharedWork::Offer& end);
  void on_tick(const OtherProcesses& others);

 private:
  using Clock = std::chrono::steady_clock;

  void draw_now_and_then();
  void make_room();
  void say_of(std::size_t run, const std::string& text);
  void say(const std::string& line);                                   // a line that stays
  void warn(const std::string& line);                                  // likewise, on standard error
  void say_round(std::size_t run, const train::TrainProgress& round);  // not on a terminal
  void say_status();
  std::string done_text(std::size_t run, const study::WorkerUpdate& done) const;
  void draw();

  const study::Plan& plan_;
  StudyProgress progress_;
  std::FILE* stream_;
  bool terminal_;
  RedrawnLines lines_;
  Taskbar taskbar_;
  Keyboard keyboard_;
  OtherProcesses others_{};
  bool told_of_others_ = false;
  Clock::time_point start_ = Clock::now(), last_draw_{};
  std::map<std::size_t, Clock::time_point> last_said_;  // of each run
};

/// Seconds between two lines on an epoch of the same run where nothing can be redrawn: what the environment variable
/// ERSATZ_LOG_SECONDS says, else 10. Throws Error when it says no number.
std::chrono::duration<double> log_interval();

}  // namespace ersatz::cli
