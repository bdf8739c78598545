#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "cli/study_progress.hpp"
#include "cli/terminal.hpp"
#include "study/shared_work.hpp"

namespace ersatz::cli {

/// Shows a study at work. On a terminal: a line for every running run and one for the whole, redrawn
/// in place below what is finished. Elsewhere: a line for every epoch and every finished run.
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
  /// `others`: at how many of the runs other processes are, and on which hosts.
  void on_tick(std::pair<std::size_t, std::vector<std::string>> others);

 private:
  void draw_now_and_then();
  void say(const std::string& line);                                   // a line that stays
  void warn(const std::string& line);                                  // likewise, on standard error
  void say_round(std::size_t run, const train::TrainProgress& round);  // not on a terminal
  std::string run_line(std::size_t run) const;
  std::string trained_text(std::size_t run, const study::WorkerUpdate& done) const;
  std::string total_line() const;
  void erase();
  void draw();

  const study::Plan& plan_;
  StudyProgress progress_;
  std::FILE* stream_;
  bool terminal_;
  std::pair<std::size_t, std::vector<std::string>> others_{};
  bool told_of_others_ = false;
  std::size_t id_width_ = 0;
  std::size_t drawn_ = 0;  // lines on the screen that are redrawn
  std::chrono::steady_clock::time_point last_draw_{};
};

/// 0.6123 -> ".612", 1 -> "1.000", NaN -> "-".
std::string format_share(double value);

}  // namespace ersatz::cli
