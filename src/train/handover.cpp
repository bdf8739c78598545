#include "train/handover.hpp"

#include <algorithm>
#include <cmath>

namespace ersatz::train {
namespace {

// Images trained on in the first `steps` steps.
std::size_t images_until(std::int64_t steps, const models::Method& method, std::size_t images) {
  const std::int64_t epoch = method.steps_per_epoch(images);
  const auto whole = static_cast<std::size_t>(steps / epoch), rest = static_cast<std::size_t>(steps % epoch);
  const auto batch = static_cast<std::size_t>(method.batching.size);
  const std::size_t in_epoch = std::min(images, static_cast<std::size_t>(epoch) * batch);
  return whole * in_epoch + std::min(in_epoch, rest * batch);
}

// Adds what a finished round of `images` images says of itself.
void add(BegunRound& sum, const RoundRecord& round, std::size_t images) {
  sum.loss += round.loss * static_cast<double>(images);
  sum.correct += static_cast<std::size_t>(std::llround(round.accuracy * static_cast<double>(images)));
  sum.images += images;
  sum.seconds += round.train_seconds;
}

}  // namespace

std::optional<std::int64_t> parting_step(const models::Method& shorter, const models::Method& longer) {
  const auto* cooldown = std::get_if<models::Cooldown>(&shorter.schedule);
  const auto* later = std::get_if<models::Cooldown>(&longer.schedule);
  const auto steps = shorter.step_budget(), more = longer.step_budget();
  if (cooldown == nullptr || later == nullptr || !steps || !more) return std::nullopt;
  const std::int64_t parting = models::constant_steps(*cooldown, *steps);
  if (parting == 0 || models::constant_steps(*later, *more) < parting) return std::nullopt;
  return parting;
}

std::optional<Checkpoint> carry_over(const Checkpoint& shorter_state, const models::Method& shorter,
                                     const models::Method& longer, std::size_t images) {
  Checkpoint state = shorter_state;
  state.history.clear();
  state.begun = {};
  double eval_seconds = 0;
  const auto next_end = [&] { return longer.round_end(static_cast<int>(state.history.size()) + 1, images); };
  for (const RoundRecord& round : shorter_state.history) {
    const std::int64_t begin = shorter.round_end(round.round - 1, images), end = shorter.round_end(round.round, images);
    if (next_end() < end) return std::nullopt;
    add(state.begun, round, images_until(end, shorter, images) - images_until(begin, shorter, images));
    eval_seconds += round.eval_seconds;
    if (next_end() > end || state.begun.images == 0) continue;
    const auto trained = static_cast<double>(state.begun.images);
    RoundRecord joined = round;
    joined.round = static_cast<int>(state.history.size()) + 1;
    joined.loss = state.begun.loss / trained;
    joined.accuracy = static_cast<double>(state.begun.correct) / trained;
    joined.train_seconds = state.begun.seconds;
    joined.eval_seconds = eval_seconds;
    joined.steps = end;
    state.history.push_back(joined);
    state.begun = {};
    eval_seconds = 0;
  }
  if (next_end() <= state.steps) return std::nullopt;
  state.begun.loss += shorter_state.begun.loss;
  state.begun.correct += shorter_state.begun.correct;
  state.begun.images += shorter_state.begun.images;
  state.begun.seconds += shorter_state.begun.seconds;
  state.best_round = static_cast<int>(state.history.size());
  return state;
}

}  // namespace ersatz::train
