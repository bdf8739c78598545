#include "cli/study_progress.hpp"

#include <algorithm>
#include <iterator>

namespace ersatz::cli {
namespace {

// What one round costs, in images trained on: validating an image takes about a third of training on it.
double round_work(const study::PlannedRun& run) {
  return run.method.images_per_round(run.training_images) + static_cast<double>(run.validation_images) / 3;
}

}  // namespace

StudyProgress::StudyProgress(const study::Plan& plan, const std::vector<std::size_t>& todo, unsigned workers)
    : plan_(plan), order_(todo), workers_(std::max(1U, workers)), runs_(plan.runs.size()) {
  for (const std::size_t run : todo) runs_[run].state = State::waiting;
}

void StudyProgress::start(std::size_t run) { runs_[run].state = State::running; }

void StudyProgress::update(std::size_t run, const study::WorkerUpdate& update) {
  using Kind = study::WorkerUpdate::Kind;
  switch (update.kind) {
    case Kind::progress: runs_[run].latest = update.progress; break;
    case Kind::testing: runs_[run].testing_on = update.text; break;
    case Kind::warning: break;
    case Kind::done:
      runs_[run].state = State::done;
      runs_[run].val_accuracy = update.val_accuracy;
      break;
    case Kind::failed:
      runs_[run].state = State::failed;
      runs_[run].message = update.text;
      break;
    case Kind::stopped: runs_[run] = Run{.state = State::waiting, .latest = {}, .testing_on = {}, .message = {}}; break;
  }
}

void StudyProgress::end_elsewhere(std::size_t run, bool failed, const std::string& message) {
  runs_[run].state = failed ? State::failed : State::done;
  runs_[run].message = message;
}

std::size_t StudyProgress::count(State state) const {
  return static_cast<std::size_t>(
      std::count_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.state == state; }));
}

std::vector<std::size_t> StudyProgress::running() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i].state == State::running) result.push_back(i);
  }
  return result;
}

std::vector<std::size_t> StudyProgress::in_state(State state) const {
  std::vector<std::size_t> result;
  std::ranges::copy_if(order_, std::back_inserter(result), [&](std::size_t run) { return runs_[run].state == state; });
  return result;
}

double StudyProgress::share_done() const {
  double done = 0, all = 0;
  for (const std::size_t run : order_) {
    const double cost = plan_.runs[run].cost;
    all += cost;
    done += cost * (1 - rounds_left(run) / plan_.runs[run].method.rounds());
  }
  return all > 0 ? done / all : 1;
}

double StudyProgress::rounds_left(std::size_t run) const {
  const Run& state = runs_[run];
  if (state.state == State::done || state.state == State::failed || !state.testing_on.empty()) return 0;
  const int rounds = plan_.runs[run].method.rounds();
  const train::TrainProgress& latest = state.latest;
  if (latest.round == 0 || latest.images_total == 0) return rounds;
  return rounds - latest.round + 1 - static_cast<double>(latest.images) / static_cast<double>(latest.images_total);
}

std::optional<double> StudyProgress::seconds_left(std::size_t run) const {
  const Run& state = runs_[run];
  const double left = rounds_left(run);
  if (left == 0) return 0;
  const study::PlannedRun& planned = plan_.runs[run];
  const double images = left * round_work(planned);
  if (state.latest.images_per_second > 0) return images / state.latest.images_per_second;
  // Another run of the same classifier tells its speed; else one of another classifier, by the work of an image.
  std::optional<double> guess;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const double speed = runs_[i].latest.images_per_second;
    if (!(speed > 0)) continue;
    const study::PlannedRun& other = plan_.runs[i];
    if (other.spec.classifier == planned.spec.classifier) return images / speed;
    const auto per_image = [](const study::PlannedRun& r) {
      return r.cost / r.method.images_per_round(r.training_images) / r.method.rounds();
    };
    guess = images / speed * per_image(planned) / per_image(other);
  }
  return guess;
}

std::optional<double> StudyProgress::seconds_left() const {
  std::vector<double> busy_until;
  for (const std::size_t run : running()) {
    const auto left = seconds_left(run);
    if (!left) return std::nullopt;
    busy_until.push_back(*left);
  }
  busy_until.resize(std::max<std::size_t>(busy_until.size(), workers_), 0);
  for (const std::size_t run : order_) {
    if (runs_[run].state != State::waiting) continue;
    const auto left = seconds_left(run);
    if (!left) return std::nullopt;
    *std::min_element(busy_until.begin(), busy_until.end()) += *left;
  }
  return *std::max_element(busy_until.begin(), busy_until.end());
}

}  // namespace ersatz::cli
