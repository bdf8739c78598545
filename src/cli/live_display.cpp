#include "cli/live_display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/whole_number.hpp"

namespace ersatz::cli {
namespace {

using Kind = study::WorkerUpdate::Kind;
using State = StudyProgress::State;

constexpr auto kRedraw = std::chrono::milliseconds(150);

std::string images_per_second(double speed) {
  return speed > 0 ? format_count(clamp_to<std::uint64_t>(std::round(speed))) + " img/s" : "";
}

// A step budget has ten rounds, however many epochs these are.
std::string_view round_word(const study::PlannedRun& run) { return run.method.step_budget() ? "part" : "epoch"; }

}  // namespace

std::string format_share(double value) {
  if (std::isnan(value)) return "-";
  const std::string text = fmt::format("{:.3f}", value);
  return text.starts_with("0.") ? text.substr(1) : text;
}

LiveDisplay::LiveDisplay(const study::Plan& plan, const std::vector<std::size_t>& todo, unsigned workers,
                         std::FILE* stream, bool terminal)
    : plan_(plan), progress_(plan, todo, workers), stream_(stream), terminal_(terminal) {
  for (const std::size_t run : todo) id_width_ = std::max(id_width_, plan.runs[run].id.size());
}

LiveDisplay::~LiveDisplay() {
  erase();
  std::fflush(stream_);
}

void LiveDisplay::on_start(std::size_t run) {
  progress_.start(run);
  if (terminal_) {
    draw();
  } else {
    say(fmt::format("{}: starts, {} training images", plan_.runs[run].id,
                    format_count(plan_.runs[run].training_images)));
  }
}

void LiveDisplay::on_update(std::size_t run, const study::WorkerUpdate& update) {
  const train::TrainProgress before = progress_.run(run).latest;
  const std::string was_testing = progress_.run(run).testing_on;
  progress_.update(run, update);
  const std::string& id = plan_.runs[run].id;
  switch (update.kind) {
    case Kind::progress:
      // The last report of a round comes after its validation.
      if (update.progress.round > before.round) say_round(run, before);
      break;
    case Kind::testing:
      if (was_testing.empty()) say_round(run, before);
      break;
    case Kind::warning: warn(fmt::format("ersatz: warning: {}: {}", id, update.text)); break;
    case Kind::failed: say(fmt::format("{}: FAILED: {}", id, update.text)); break;
    case Kind::stopped: say(fmt::format("{}: stopped", id)); break;
    case Kind::done:
      say(fmt::format("{}: done, {}, validation accuracy {}, {} ({} of {} runs)", id, trained_text(run, update),
                      format_share(update.val_accuracy), format_duration(update.seconds), progress_.count(State::done),
                      plan_.runs.size()));
      break;
  }
  draw_now_and_then();
}

void LiveDisplay::on_elsewhere(std::size_t run, const study::SharedWork::Offer& end) {
  const bool failed = end.kind == study::SharedWork::Offer::failed;
  progress_.end_elsewhere(run, failed);
  say(fmt::format("{}: {} by another ersatz run{}{}", plan_.runs[run].id, failed ? "FAILED, tried" : "done",
                  end.host.empty() ? "" : " on " + end.host, failed ? ": " + end.message : ""));
}

std::string LiveDisplay::trained_text(std::size_t run, const study::WorkerUpdate& done) const {
  const std::string epochs = fmt::format("{} epoch{}", done.epochs_run, done.epochs_run == 1 ? "" : "s");
  const auto steps = plan_.runs[run].method.step_budget();
  if (!steps) return fmt::format("{}, best {}", epochs, done.best_round);
  return fmt::format("{} steps in {}", format_count(static_cast<std::uint64_t>(*steps)), epochs);
}

void LiveDisplay::on_tick(std::pair<std::size_t, std::vector<std::string>> others) {
  others_ = std::move(others);
  // On no terminal there is nothing else to see while it waits for others.
  const bool only_others = others_.first > 0 && progress_.running().empty();
  if (only_others && !terminal_ && !told_of_others_) say(total_line());
  told_of_others_ = only_others;
  draw_now_and_then();
}

void LiveDisplay::draw_now_and_then() {
  if (terminal_ && std::chrono::steady_clock::now() - last_draw_ >= kRedraw) draw();
}

void LiveDisplay::say(const std::string& line) {
  erase();
  fmt::print(stream_, "{}\n", line);
  if (terminal_) {
    draw();
  } else {
    std::fflush(stream_);
  }
}

void LiveDisplay::warn(const std::string& line) {
  erase();
  std::fflush(stream_);
  fmt::print(stderr, "{}\n", line);
  if (terminal_) draw();
}

void LiveDisplay::say_round(std::size_t run, const train::TrainProgress& round) {
  if (terminal_ || round.round == 0) return;
  say(fmt::format("{}: {} {}/{}, loss {:.4f}, accuracy {}, validation accuracy {}, {}", plan_.runs[run].id,
                  round_word(plan_.runs[run]), round.round, round.rounds, round.loss, format_share(round.accuracy),
                  format_share(round.val_accuracy), images_per_second(round.images_per_second)));
}

std::string LiveDisplay::run_line(std::size_t run) const {
  const StudyProgress::Run& state = progress_.run(run);
  const train::TrainProgress& latest = state.latest;
  const std::string head = fmt::format("  {:<{}}", plan_.runs[run].id, id_width_);
  if (!state.testing_on.empty()) return fmt::format("{}  testing on {}", head, state.testing_on);
  if (latest.round == 0) return head + "  starting";
  std::string line = fmt::format("{}  {} {:>2}/{}  loss {:.3f}  val acc {:>4}  {:>14}", head,
                                 round_word(plan_.runs[run]), latest.round, latest.rounds, latest.loss,
                                 format_share(latest.val_accuracy), images_per_second(latest.images_per_second));
  if (const auto left = progress_.seconds_left(run)) line += "  up to " + format_duration(*left) + " left";
  return line;
}

std::string LiveDisplay::total_line() const {
  const auto& [elsewhere, hosts] = others_;
  const std::size_t waiting = progress_.count(State::waiting);
  std::string line = fmt::format("{} run{}: {} done, {} running, {} waiting", plan_.runs.size(),
                                 plan_.runs.size() == 1 ? "" : "s", progress_.count(State::done),
                                 progress_.count(State::running), waiting - std::min(waiting, elsewhere));
  if (elsewhere > 0) {
    line += fmt::format(", {} with other ersatz runs{}", elsewhere,
                        hosts.empty() ? "" : fmt::format(" ({})", join_first_words(hosts, 3)));
  }
  if (const std::size_t failed = progress_.count(State::failed); failed > 0) line += fmt::format(", {} failed", failed);
  if (const auto left = progress_.seconds_left(); left && *left > 0)
    line += "; up to " + format_duration(*left) + " left";
  return line;
}

void LiveDisplay::erase() {
  if (drawn_ > 0) fmt::print(stream_, "\033[{}A\r\033[J", drawn_);
  drawn_ = 0;
}

void LiveDisplay::draw() {
  // One write a frame, and no line longer than the screen: a wrapped line would break the cursor's count.
  const std::size_t width = terminal_width(stream_) - 1;
  std::string frame;
  if (drawn_ > 0) frame += fmt::format("\033[{}A\r", drawn_);
  std::size_t lines = 0;
  for (const std::size_t run : progress_.running()) {
    frame += run_line(run).substr(0, width) + "\033[K\n";
    ++lines;
  }
  frame += total_line().substr(0, width) + "\033[K\n\033[J";
  drawn_ = lines + 1;
  fmt::print(stream_, "{}", frame);
  std::fflush(stream_);
  last_draw_ = std::chrono::steady_clock::now();
}

}  // namespace ersatz::cli
