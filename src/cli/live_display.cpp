#include "cli/live_display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/columns.hpp"
#include "base/error.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_state.hpp"

namespace ersatz::cli {
namespace {

using Kind = study::WorkerUpdate::Kind;
using State = StudyProgress::State;

constexpr auto kRedraw = std::chrono::milliseconds(150);
constexpr double kLogSeconds = 10;
constexpr std::size_t kLeastText = 20;  // columns behind an id
constexpr std::string_view kFailed = "FAILED";

}  // namespace

std::chrono::duration<double> log_interval() {
  const char* text = std::getenv("ERSATZ_LOG_SECONDS");
  if (text == nullptr || *text == '\0') return std::chrono::duration<double>(kLogSeconds);
  const auto seconds = number_from<double>(text);
  if (!seconds || !(*seconds >= 0)) {
    throw Error(fmt::format("ERSATZ_LOG_SECONDS is \"{}\"", text),
                "write a number of seconds, as in 60; 0 gives a line for every epoch");
  }
  return std::chrono::duration<double>(*seconds);
}

LiveDisplay::LiveDisplay(const study::Plan& plan, const std::vector<std::size_t>& todo, unsigned workers,
                         std::FILE* stream, bool terminal)
    : plan_(plan),
      progress_(plan, todo, workers),
      stream_(stream),
      terminal_(terminal),
      lines_(stream),
      taskbar_(stream),
      keyboard_(terminal) {}

LiveDisplay::~LiveDisplay() {
  make_room();
  std::fflush(stream_);
}

void LiveDisplay::on_start(std::size_t run) {
  progress_.start(run);
  last_said_[run] = Clock::now();
  if (terminal_) {
    draw();
  } else {
    say_of(run, fmt::format("starts, {} training images", format_count(plan_.runs[run].training_images)));
  }
}

void LiveDisplay::on_update(std::size_t run, const study::WorkerUpdate& update) {
  const train::TrainProgress before = progress_.run(run).latest;
  const std::string was_testing = progress_.run(run).testing_on;
  progress_.update(run, update);
  switch (update.kind) {
    case Kind::progress:
      // The last report of a round comes after its validation.
      if (update.progress.round > before.round) say_round(run, before);
      break;
    case Kind::testing:
      if (was_testing.empty()) say_round(run, before);
      break;
    case Kind::warning: warn(fmt::format("ersatz: warning: {}: {}", plan_.runs[run].id, update.text)); break;
    case Kind::failed: say_of(run, fmt::format("{}: {}", kFailed, update.text)); break;
    case Kind::stopped: say_of(run, "stopped"); break;
    case Kind::done: say_of(run, done_text(run, update)); break;
  }
  draw_now_and_then();
}

void LiveDisplay::on_elsewhere(std::size_t run, const study::SharedWork::Offer& end) {
  const bool failed = end.kind == study::SharedWork::Offer::failed;
  progress_.end_elsewhere(run, failed, end.message);
  say_of(run, fmt::format("{} by another ersatz run{}{}", failed ? "FAILED, tried" : "done",
                          end.host.empty() ? "" : " on " + end.host, failed ? ": " + end.message : ""));
}

std::string LiveDisplay::done_text(std::size_t run, const study::WorkerUpdate& done) const {
  std::string trained = plural(static_cast<std::size_t>(done.epochs_run), "epoch");
  if (const auto steps = plan_.runs[run].method.step_budget()) {
    trained = fmt::format("{} steps in {}", format_count(static_cast<std::uint64_t>(*steps)), trained);
  } else {
    trained += fmt::format(", best {}", done.best_round);
  }
  const std::string accuracy = format_share(done.val_accuracy), time = format_duration(done.seconds);
  if (terminal_) return fmt::format("done, val acc {}, {}, {}", accuracy, trained, time);
  return fmt::format("done, {}, validation accuracy {}, {} ({} of {} runs)", trained, accuracy, time,
                     progress_.count(State::done), plan_.runs.size());
}

void LiveDisplay::on_tick(const OtherProcesses& others) {
  others_ = others;
  // On no terminal there is nothing else to see while it waits for others.
  const bool only_others = others_.first > 0 && progress_.running().empty();
  if (only_others && !terminal_ && !told_of_others_) say(total_line(plan_, progress_, others_, kAnyWidth));
  told_of_others_ = only_others;
  if (keyboard_.typed().find_first_of("tT") != std::string::npos) say_status();
  draw_now_and_then();
}

void LiveDisplay::draw_now_and_then() {
  if (terminal_ && Clock::now() - last_draw_ >= kRedraw) draw();
}

// What was drawn is erased, unless the shell has written below it.
void LiveDisplay::make_room() {
  if (came_back() || in_background(stream_)) {
    lines_.leave();
  } else {
    lines_.erase();
  }
}

void LiveDisplay::say_of(std::size_t run, const std::string& text) {
  const std::string head = plan_.runs[run].id + ": ";
  if (!terminal_) return say(head + text);
  std::string lines = wrapped_behind(head, text, std::max(terminal_width(stream_), head.size() + kLeastText));
  lines.pop_back();
  if (const std::size_t at = lines.find(kFailed); at != std::string::npos && shows_colour(stream_)) {
    lines.replace(at, kFailed.size(), fmt::format("\033[1;31m{}\033[0m", kFailed));
  }
  say(lines);
}

void LiveDisplay::say(const std::string& line) {
  make_room();
  fmt::print(stream_, "{}\n", line);
  if (terminal_) {
    draw();
  } else {
    std::fflush(stream_);
  }
}

void LiveDisplay::warn(const std::string& line) {
  make_room();
  std::fflush(stream_);
  fmt::print(stderr, "{}\n", line);
  if (terminal_) draw();
}

void LiveDisplay::say_round(std::size_t run, const train::TrainProgress& round) {
  if (terminal_ || round.round == 0) return;
  const Clock::time_point now = Clock::now();
  if (now - last_said_[run] < log_interval()) return;
  last_said_[run] = now;
  say_of(run, fmt::format("{} {}/{}, loss {:.4f}, accuracy {}, validation accuracy {}, {}", round_word(plan_.runs[run]),
                          round.round, round.rounds, round.loss, format_share(round.accuracy),
                          format_share(round.val_accuracy), images_per_second(round.images_per_second)));
}

void LiveDisplay::say_status() {
  std::string text;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  for (const std::string& line : status_lines(plan_, progress_, others_, seconds, terminal_width(stream_) - 1)) {
    text += line + "\n";
  }
  say(text);
}

void LiveDisplay::draw() {
  last_draw_ = Clock::now();
  if (came_back() || in_background(stream_)) lines_.leave();  // the shell has written below them
  if (in_background(stream_)) return;
  taskbar_.show(progress_.share_done(), progress_.count(State::failed) > 0);
  const std::size_t width = terminal_width(stream_) - 1;
  std::vector<std::string> lines = run_lines(plan_, progress_, progress_.running(), width);
  lines.push_back(stop_requested() ? "stopping: each run writes its checkpoint (Ctrl-C again ends at once)"
                                   : total_line(plan_, progress_, others_, width));
  lines_.draw(std::move(lines));
}

}  // namespace ersatz::cli
