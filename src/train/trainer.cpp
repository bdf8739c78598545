#include "train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "train/averaging.hpp"
#include "train/checkpoint.hpp"
#include "train/predict.hpp"
#include "train/whitened_layer.hpp"

namespace ersatz::train {
namespace {

using Clock = std::chrono::steady_clock;
using Indices = std::span<const std::uint32_t>;

constexpr auto kProgressInterval = std::chrono::milliseconds(200);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// How many rounds in a row may pass without a better validation accuracy; 0 where training never stops early.
int patience_of(const models::Method& method) {
  const auto* epochs = std::get_if<models::EpochBudget>(&method.budget);
  return epochs == nullptr ? 0 : epochs->patience;
}

/// One classifier while it is trained.
class Training {
 public:
  Training(const TrainingTask& task, const std::filesystem::path& checkpoint, const TrainEvents& events)
      : task_(task),
        checkpoint_(checkpoint),
        method_(task.method),
        events_(events),
        total_steps_(method_.total_steps(task.training.size())),
        shuffled_(task.training.size(), task.seed, method_.batching),
        sampler_(task.sampler != nullptr ? *task.sampler : shuffled_),
        keeps_best_(task.validation.size() > 0 && patience_of(method_) > 0),
        network_(task.classifier.network, {method_.batching.size, task.precision, true}),
        optimizer_(network_, method_.optimizer) {
    state_.precision = nn::precision_name(task.precision);
    state_.engine = current_engine();
    network_.set_weights(models::initial_weights(task.classifier, task.seed));
    if (method_.whitening) {
      whitened_.emplace(*method_.whitening, total_steps_);
      whitened_->set_weights(network_, task.classifier.network, task.training, task.seed);
    }
    if (method_.averaging) average_.emplace(*method_.averaging, network_, total_steps_);
    if (nn::has_batch_norm(task.classifier.network)) {
      validator_.emplace(task.classifier.network, nn::NetworkOptions{kTestBatch, task.precision, false});
    }
    if (task.handover) parting_ = parting_step(method_, task.handover->longer);
    labels_.resize(static_cast<std::size_t>(std::max(method_.batching.size, kTestBatch)));
  }

  // Goes on from the checkpoint. Throws Error, whose text goes behind the name of its file, when this training cannot
  // have written it; of no use then.
  void restore(Checkpoint checkpoint) {
    require_possible(checkpoint, method_, task_.training.size());
    for (const RoundRecord& record : checkpoint.history) {
      if (std::isnan(record.val_accuracy) == (task_.validation.size() > 0)) {
        throw Error(fmt::format("says that round {} had the val_accuracy {}", record.round, record.val_accuracy));
      }
    }
    const bool any = !checkpoint.history.empty();
    if (const int best = any && keeps_best_ ? best_of(checkpoint.history) : static_cast<int>(checkpoint.history.size());
        checkpoint.best_round != best) {
      throw Error(fmt::format("has the best round {}, but that is {}", checkpoint.best_round, best));
    }
    // Set in turn: what does not fit throws.
    if (any && keeps_best_) network_.set_weights(checkpoint.best_weights);
    network_.set_weights(checkpoint.weights);
    optimizer_.set_state(checkpoint.optimizer);
    if (average_) average_->set_state(checkpoint.average);
    state_ = std::move(checkpoint);
  }

  bool finished() const {
    const auto run = static_cast<int>(state_.history.size());
    return run >= method_.rounds() || waited_too_long();
  }

  // Throws Stopped when a stop is requested, with the checkpoint written.
  void run_round() try {
    RoundRecord record;
    record.round = static_cast<int>(state_.history.size()) + 1;
    train_round(record);
    const auto start = Clock::now();
    validate(record);
    record.eval_seconds = seconds_since(start);
    state_.history.push_back(record);
    if (!keeps_best_ || improved(record)) {
      state_.best_round = record.round;
      if (keeps_best_) state_.best_weights = network_.weights();
    }
    state_.begun = {};
    save();
    report(record, static_cast<std::size_t>(method_.images_per_round(task_.training.size())), 0);
  } catch (const Stopped&) {
    save_begun();
    throw;
  }

  TrainResult result() {
    return {keeps_best_ ? std::move(state_.best_weights) : network_.weights(), state_.history, epochs_of(state_.steps),
            state_.best_round, static_cast<int>(state_.history.size()) < method_.rounds()};
  }

 private:
  void look_at_weights() {
    state_.weights = network_.weights();
    state_.optimizer = optimizer_.state();
    if (average_) state_.average = average_->state();
  }

  void save() {
    look_at_weights();
    write_checkpoint(checkpoint_, state_);
    last_save_ = Clock::now();
  }

  // Leaves what has been done for a longer training.
  void hand_over() {
    look_at_weights();
    const Handover& handover = *task_.handover;
    const auto state = carry_over(state_, method_, handover.longer, task_.training.size());
    if (!state) return;
    try {
      write_checkpoint(handover.checkpoint, *state);
    } catch (const Error& problem) {
      if (events_.on_warning) events_.on_warning(fmt::format("a longer run begins anew: {}", problem.what()));
    }
  }

  // What is there of a round when a stop is requested. A full disk keeps the checkpoint before.
  void save_begun() {
    if (state_.begun.images == 0) return;
    try {
      save();
    } catch (const Error& problem) {
      if (events_.on_warning) events_.on_warning(fmt::format("it goes on from an earlier step: {}", problem.what()));
    }
  }

  // The first of the rounds that were better than all before them.
  static int best_of(const History& history) {
    const auto better = [](const RoundRecord& a, const RoundRecord& b) { return a.val_accuracy < b.val_accuracy; };
    return std::ranges::max_element(history, better)->round;
  }

  // Begun within so many steps.
  int epochs_of(std::int64_t steps) const {
    const std::int64_t epoch = method_.steps_per_epoch(task_.training.size());
    return static_cast<int>((steps + epoch - 1) / epoch);
  }

  bool waited_too_long() const {
    return keeps_best_ && !state_.history.empty() &&
           static_cast<int>(state_.history.size()) - state_.best_round >= patience_of(method_);
  }

  // Strictly better than the best round before.
  bool improved(const RoundRecord& record) const {
    if (state_.best_round == 0) return true;
    return record.val_accuracy > state_.history[static_cast<std::size_t>(state_.best_round) - 1].val_accuracy;
  }

  // One update of the weights at this learning rate, and what the method does around it.
  void step(double rate) {
    optimizer_.step(rate);
    ++state_.steps;
    if (average_) average_->after_step(state_.steps);
  }

  void train_round(RoundRecord& record) {
    const auto start = Clock::now();
    const double before = state_.begun.seconds;
    const std::int64_t end = method_.round_end(record.round, task_.training.size());
    BegunRound& sum = state_.begun;
    while (state_.steps < end) {
      if (stop_requested()) throw Stopped();
      if (state_.steps == parting_) hand_over();
      const data::Batch& taken = sampler_.batch(state_.steps);
      if (whitened_) whitened_->before_step(state_.steps, optimizer_);
      const nn::LossSum batch = forward(taken);
      network_.backward();
      step(method_.rate(state_.steps, total_steps_));
      sum.loss += batch.loss;
      sum.correct += batch.correct;
      sum.images += taken.indices.size();
      sum.seconds = before + seconds_since(start);
      if (!std::isfinite(batch.loss)) {
        throw Error(fmt::format("training diverged in epoch {}: the loss is {}", epochs_of(state_.steps), batch.loss),
                    "choose a smaller learning_rate");
      }
      summarise(record);
      // Of all images of a round it is told when the round is over, validation and all.
      if (state_.steps < end && Clock::now() - last_report_ >= kProgressInterval)
        report(record, sum.images, sum.seconds);
      if (Clock::now() - last_save_ >= task_.checkpoint_every) save();
    }
    summarise(record);
  }

  // What the steps of a round say of it so far.
  void summarise(RoundRecord& record) const {
    const BegunRound& sum = state_.begun;
    record.steps = state_.steps;
    record.train_seconds = sum.seconds;
    if (sum.images == 0) return;  // a small budget has rounds without a step
    record.loss = sum.loss / static_cast<double>(sum.images);
    record.accuracy = static_cast<double>(sum.correct) / static_cast<double>(sum.images);
    record.learning_rate = method_.rate(state_.steps - 1, total_steps_);
  }

  void validate(RoundRecord& record) {
    record.val_loss = record.val_accuracy = std::numeric_limits<double>::quiet_NaN();
    const std::size_t images = task_.validation.size();
    if (images == 0) return;
    if (validation_order_.empty()) {
      validation_order_.resize(images);
      std::iota(validation_order_.begin(), validation_order_.end(), 0);
    }
    if (validator_) validator_->set_weights(network_.weights());
    nn::Network& network = validator_ ? *validator_ : network_;
    nn::LossSum sum;
    for (std::size_t seen = 0; seen < images;) {
      if (stop_requested()) throw Stopped();
      const std::size_t count = std::min(images - seen, static_cast<std::size_t>(network.batch()));
      const Indices indices = Indices(validation_order_).subspan(seen, count);
      const nn::LossSum batch = watch(network, indices);
      sum.loss += batch.loss;
      sum.correct += batch.correct;
      seen += count;
    }
    record.val_loss = sum.loss / static_cast<double>(images);
    record.val_accuracy = static_cast<double>(sum.correct) / static_cast<double>(images);
  }

  // Fills the first rows of the network's batch. The rows behind a smaller last batch keep older examples: their logit
  // gradients are zero, so they change nothing.
  nn::LossSum forward(const data::Batch& batch) {
    const data::BatchSource& source = batch.source != nullptr ? *batch.source : task_.training;
    const std::size_t values = network_.input().size() / static_cast<std::size_t>(network_.batch());
    const Indices indices(batch.indices);
    // Those of one pass are made together.
    for (std::size_t first = 0; first < indices.size();) {
      const auto next = std::find_if(batch.passes.begin() + static_cast<std::ptrdiff_t>(first), batch.passes.end(),
                                     [&](int pass) { return pass != batch.passes[first]; });
      const auto end = static_cast<std::size_t>(next - batch.passes.begin());
      source.fill(indices.subspan(first, end - first), batch.passes[first], network_.input().data() + first * values);
      first = end;
    }
    label(source, indices);
    soften(indices);
    network_.forward();
    return nn::softmax_cross_entropy(network_.outputs(), std::span(labels_).first(indices.size()),
                                     network_.output_size(), network_.output_gradients(), method_.label_smoothing,
                                     batch.weights, targets_);
  }

  nn::LossSum watch(nn::Network& network, Indices indices) {
    task_.validation.fill(indices, 0, network.input().data());
    label(task_.validation, indices);
    network.forward();
    return nn::softmax_cross_entropy(network.outputs(), std::span(labels_).first(indices.size()),
                                     network.output_size());
  }

  void label(const data::BatchSource& source, Indices indices) {
    for (std::size_t i = 0; i < indices.size(); ++i) labels_[i] = source.labels()[indices[i]];
  }

  // The batch's class probabilities; none where there are labels alone.
  void soften(Indices indices) {
    if (task_.soft_labels == nullptr) return;
    const auto classes = static_cast<std::size_t>(network_.output_size());
    targets_.assign(indices.size() * classes, 0);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::span<const float> target = task_.soft_labels->of(indices[i]);
      std::ranges::copy(target, targets_.begin() + static_cast<std::ptrdiff_t>(i * classes));
      if (target.empty()) targets_[i * classes + static_cast<std::size_t>(labels_[i])] = 1;
    }
  }

  void report(const RoundRecord& record, std::size_t images, double seconds) {
    last_report_ = Clock::now();
    if (!events_.on_progress) return;
    const double spent = seconds > 0 ? seconds : record.train_seconds;
    const double last =
        state_.history.empty() ? std::numeric_limits<double>::quiet_NaN() : state_.history.back().val_accuracy;
    const auto total = static_cast<std::size_t>(method_.images_per_round(task_.training.size()));
    events_.on_progress({record.round, method_.rounds(), images, std::max(total, images), record.loss, record.accuracy,
                         last, spent > 0 ? static_cast<double>(images) / spent : 0});
  }

  const TrainingTask& task_;
  const std::filesystem::path& checkpoint_;
  const models::Method& method_;
  const TrainEvents& events_;
  std::int64_t total_steps_;
  data::ShuffledBatches shuffled_;
  data::BatchSampler& sampler_;
  std::optional<std::int64_t> parting_;  ///< the step before which it hands over
  bool keeps_best_;                      ///< the best round's weights are the result; else the last round's
  nn::Network network_;
  nn::Sgd optimizer_;
  std::optional<WhitenedLayer> whitened_;
  std::optional<WeightAverage> average_;
  std::optional<nn::Network> validator_;  ///< where the network in training normalises with the batch it is given
  std::vector<std::int32_t> labels_;
  std::vector<float> targets_;  ///< of a batch, where there are soft labels
  std::vector<std::uint32_t> validation_order_;
  Checkpoint state_;
  Clock::time_point last_report_, last_save_ = Clock::now();
};

// Goes on from the checkpoint where there is one. Else returns why that cannot be, and `training` is of no use; a
// damaged file is deleted, so that it is not tried again for ever. Throws Error when it is there and cannot be opened:
// then it may be whole.
std::string resume(Training& training, nn::Precision precision, const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) MappedFile{path};
  try {
    std::optional<Checkpoint> earlier = read_checkpoint(path);
    if (!earlier) return {};
    if (!can_continue(*earlier, precision)) {
      return fmt::format("its checkpoint was made in {} by {}, this is {} by {}", earlier->precision, earlier->engine,
                         nn::precision_name(precision), current_engine());
    }
    try {
      training.restore(std::move(*earlier));
      return {};
    } catch (const Error& problem) {
      throw Error(fmt::format("{} {}", path.string(), problem.what()));
    }
  } catch (const Error& problem) {
    std::error_code code;
    std::filesystem::remove(path, code);
    return fmt::format("its checkpoint is damaged and deleted: {}", problem.what());
  }
}

}  // namespace

TrainResult train(const TrainingTask& task, const std::filesystem::path& checkpoint, const TrainEvents& events) {
  if (task.training.size() == 0) throw Error("there are no images to train on");
  std::optional<Training> training(std::in_place, task, checkpoint, events);
  const std::string problem = resume(*training, task.precision, checkpoint);
  if (!problem.empty()) {
    training.emplace(task, checkpoint, events);
    if (events.on_warning) events.on_warning(problem + ": it starts anew");
  }
  while (!training->finished()) training->run_round();
  return training->result();
}

}  // namespace ersatz::train
