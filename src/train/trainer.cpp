#include "train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "models/whitening.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "train/checkpoint.hpp"
#include "train/lookahead.hpp"
#include "train/test_views.hpp"

namespace ersatz::train {
namespace {

using Clock = std::chrono::steady_clock;
using Indices = std::span<const std::uint32_t>;

constexpr auto kProgressInterval = std::chrono::milliseconds(200);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::vector<std::uint32_t> store_order(std::size_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::string engine_text() {
  const nn::EngineInfo info = nn::engine_info();
  return "oneDNN " + info.onednn_version + " on " + info.isa;
}

/// One classifier while it is trained.
class Training {
 public:
  Training(const models::Classifier& classifier, const data::BatchSource& training, const data::BatchSource& validation,
           const Regime& regime, const std::function<void(const TrainProgress&)>& on_progress)
      : training_(training),
        validation_(validation),
        regime_(regime),
        on_progress_(on_progress),
        network_(classifier.network, {regime.batch, regime.precision, true}),
        optimizer_(network_, regime.sgd),
        labels_(static_cast<std::size_t>(regime.batch)) {
    state_.precision = nn::precision_name(regime.precision);
    state_.engine = engine_text();
    network_.set_weights(models::initial_weights(classifier, regime.seed));
    if (!regime.recipe) return;
    whiten(classifier.network);
    lookahead_.emplace(network_);
    // Batch normalisation has statistics of its own where it does not train.
    validator_.emplace(classifier.network, nn::NetworkOptions{kTestBatch, regime.precision, false});
    labels_.resize(std::max(labels_.size(), static_cast<std::size_t>(kTestBatch)));
    freeze_at_ = std::llround(regime.recipe->bias_share * static_cast<double>(regime.steps));
  }

  void restore(Checkpoint checkpoint) {
    network_.set_weights(checkpoint.weights);
    optimizer_.set_state(checkpoint.optimizer);
    if (lookahead_) lookahead_->set_state(checkpoint.average);
    if (checkpoint.engine != state_.engine)
      warning_ = fmt::format("begun with {}, finished with {}", checkpoint.engine, state_.engine);
    checkpoint.engine = state_.engine;
    state_ = std::move(checkpoint);
  }

  bool finished() const {
    const auto run = static_cast<int>(state_.history.size());
    return run >= regime_.rounds() || waited_too_long();
  }

  void run_round() {
    EpochRecord record;
    record.epoch = static_cast<int>(state_.history.size()) + 1;
    train_round(record);
    const auto start = Clock::now();
    validate(record);
    record.eval_seconds = seconds_since(start);
    state_.history.push_back(record);
    if (!keeps_best() || improved(record)) {
      state_.best_epoch = record.epoch;
      if (keeps_best()) state_.best_weights = network_.weights();
    }
    report(record, static_cast<std::size_t>(regime_.images_per_round(training_.size())), 0);
  }

  void save(const std::filesystem::path& path) {
    state_.weights = network_.weights();
    state_.optimizer = optimizer_.state();
    if (lookahead_) state_.average = lookahead_->state();
    write_checkpoint(path, state_);
  }

  TrainResult result() {
    const std::int64_t epoch = steps_per_epoch();
    return {keeps_best() ? std::move(state_.best_weights) : network_.weights(),
            state_.history,
            static_cast<int>((state_.steps + epoch - 1) / epoch),
            state_.best_epoch,
            static_cast<int>(state_.history.size()) < regime_.rounds(),
            warning_};
  }

 private:
  // Without validation, or when training never stops early, the last weights are the result.
  bool keeps_best() const { return validation_.size() > 0 && regime_.patience > 0 && regime_.steps == 0; }

  std::int64_t steps_per_epoch() const { return regime_.steps_per_epoch(training_.size()); }

  bool waited_too_long() const {
    return keeps_best() && !state_.history.empty() &&
           static_cast<int>(state_.history.size()) - state_.best_epoch >= regime_.patience;
  }

  // Strictly better than the best epoch before.
  bool improved(const EpochRecord& record) const {
    if (state_.best_epoch == 0) return true;
    return record.val_accuracy > state_.history[static_cast<std::size_t>(state_.best_epoch) - 1].val_accuracy;
  }

  // The first convolution's weights, from some training examples that depend on the seed.
  void whiten(const nn::NetworkSpec& network) {
    const models::Recipe& recipe = *regime_.recipe;
    std::vector<std::uint32_t> some = data::shuffled_order(training_.size(), regime_.seed, 0);
    some.resize(std::min(some.size(), static_cast<std::size_t>(recipe.whitening_examples)));
    std::vector<float> images(some.size() * network.input.size());
    training_.fill(some, 0, images.data());
    nn::NamedTensors weights = network_.weights();
    for (auto& [name, tensor] : weights) {
      if (name != recipe.whitened + ".weight") continue;
      tensor = models::whitening_weights(images, network.input, static_cast<int>(tensor.shape[2]));
    }
    network_.set_weights(weights);
  }

  // One update of the weights, and what a recipe does around it.
  void step(double rate) {
    optimizer_.step(rate);
    ++state_.steps;
    if (!regime_.recipe) return;
    const models::Recipe& recipe = *regime_.recipe;
    const double share = static_cast<double>(state_.steps) / static_cast<double>(regime_.steps);
    if (state_.steps % recipe.average_every == 0) lookahead_->update(recipe.average_most * share * share * share);
    if (state_.steps == regime_.steps) lookahead_->update(1);  // the average is the result
  }

  // The examples of the next step: a part of its epoch's order.
  Indices next_batch() {
    const int epoch = static_cast<int>(state_.steps / steps_per_epoch()) + 1;
    if (epoch != order_epoch_) {
      order_ = data::shuffled_order(training_.size(), regime_.seed, epoch);
      order_epoch_ = epoch;
    }
    const auto batch = static_cast<std::size_t>(regime_.batch);
    const std::size_t first = static_cast<std::size_t>(state_.steps % steps_per_epoch()) * batch;
    return Indices(order_).subspan(first, std::min(batch, order_.size() - first));
  }

  void train_round(EpochRecord& record) {
    const auto start = Clock::now();
    const std::int64_t end = regime_.round_end(record.epoch, training_.size());
    nn::LossSum sum;
    std::size_t seen = 0;
    while (state_.steps < end) {
      if (stop_requested()) throw Stopped();
      const Indices indices = next_batch();
      if (regime_.recipe && !frozen_ && state_.steps >= freeze_at_) {
        optimizer_.freeze(regime_.recipe->whitened + ".bias");
        frozen_ = true;
      }
      const nn::LossSum batch = forward(network_, training_, indices, order_epoch_, true);
      network_.backward();
      record.learning_rate = regime_.rate(state_.steps);
      step(record.learning_rate);
      sum.loss += batch.loss;
      sum.correct += batch.correct;
      seen += indices.size();
      record.loss = sum.loss / static_cast<double>(seen);
      record.accuracy = static_cast<double>(sum.correct) / static_cast<double>(seen);
      if (!std::isfinite(batch.loss)) {
        throw Error(fmt::format("training diverged in epoch {}: the loss is {}", order_epoch_, batch.loss),
                    "choose a smaller learning_rate");
      }
      if (Clock::now() - last_report_ >= kProgressInterval) report(record, seen, seconds_since(start));
    }
    record.steps = state_.steps;
    record.train_seconds = seconds_since(start);
  }

  void validate(EpochRecord& record) {
    record.val_loss = record.val_accuracy = std::numeric_limits<double>::quiet_NaN();
    if (validation_.size() == 0) return;
    if (validation_order_.empty()) validation_order_ = store_order(validation_.size());
    if (validator_) validator_->set_weights(network_.weights());
    nn::Network& network = validator_ ? *validator_ : network_;
    nn::LossSum sum;
    for (std::size_t seen = 0; seen < validation_order_.size();) {
      if (stop_requested()) throw Stopped();
      const std::size_t count = std::min(validation_order_.size() - seen, static_cast<std::size_t>(network.batch()));
      const nn::LossSum batch =
          forward(network, validation_, Indices(validation_order_).subspan(seen, count), 0, false);
      sum.loss += batch.loss;
      sum.correct += batch.correct;
      seen += count;
    }
    record.val_loss = sum.loss / static_cast<double>(validation_.size());
    record.val_accuracy = static_cast<double>(sum.correct) / static_cast<double>(validation_.size());
  }

  // Fills the first rows of the batch. The rows behind a smaller last batch keep older examples:
  // their logit gradients are zero, so they change nothing.
  nn::LossSum forward(nn::Network& network, const data::BatchSource& source, Indices indices, int epoch, bool trains) {
    source.fill(indices, epoch, network.input().data());
    for (std::size_t i = 0; i < indices.size(); ++i) labels_[i] = source.labels()[indices[i]];
    network.forward();
    return nn::softmax_cross_entropy(network.outputs(), std::span(labels_).first(indices.size()), network.output_size(),
                                     trains ? network.output_gradients() : std::span<float>(),
                                     trains ? regime_.label_smoothing : 0);
  }

  void report(const EpochRecord& record, std::size_t images, double seconds) {
    last_report_ = Clock::now();
    if (!on_progress_) return;
    const double spent = seconds > 0 ? seconds : record.train_seconds;
    const double last =
        state_.history.empty() ? std::numeric_limits<double>::quiet_NaN() : state_.history.back().val_accuracy;
    const auto total = static_cast<std::size_t>(regime_.images_per_round(training_.size()));
    on_progress_({record.epoch, regime_.rounds(), images, std::max(total, images), record.loss, record.accuracy, last,
                  spent > 0 ? static_cast<double>(images) / spent : 0});
  }

  const data::BatchSource& training_;
  const data::BatchSource& validation_;
  Regime regime_;
  std::function<void(const TrainProgress&)> on_progress_;
  nn::Network network_;
  nn::Sgd optimizer_;
  // With a recipe:
  std::optional<Lookahead> lookahead_;
  std::optional<nn::Network> validator_;
  std::int64_t freeze_at_ = 0;  // step from which the whitened layer's bias stays
  bool frozen_ = false;
  std::vector<std::int32_t> labels_;
  std::vector<std::uint32_t> order_;  // of the training examples, in epoch order_epoch_
  int order_epoch_ = 0;
  std::vector<std::uint32_t> validation_order_;
  Checkpoint state_;
  std::string warning_;
  Clock::time_point last_report_;
};

}  // namespace

TrainResult train(const models::Classifier& classifier, const data::BatchSource& training,
                  const data::BatchSource& validation, const Regime& regime, const std::filesystem::path& checkpoint,
                  const std::function<void(const TrainProgress&)>& on_progress) {
  if (training.size() == 0) throw Error("there are no images to train on");
  Training state(classifier, training, validation, regime, on_progress);
  std::optional<Checkpoint> earlier = read_checkpoint(checkpoint);
  // Epochs in another precision would make a mixture that nothing can repeat: such a run starts anew.
  if (earlier && earlier->precision == nn::precision_name(regime.precision)) state.restore(std::move(*earlier));
  while (!state.finished()) {
    state.run_round();
    state.save(checkpoint);
  }
  return state.result();
}

Matrix predict(const models::Classifier& classifier, const nn::NamedTensors& weights,
               const data::BatchSource& examples) {
  nn::Network network(classifier.network, {kTestBatch, nn::Precision::f32, false});
  network.set_weights(weights);
  const bool views = classifier.recipe && classifier.recipe->test_views;
  const auto classes = static_cast<std::size_t>(network.output_size());
  Matrix probabilities{examples.size(), classes, std::vector<float>(examples.size() * classes)};
  const std::vector<std::uint32_t> order = store_order(examples.size());
  for (std::size_t done = 0; done < order.size();) {
    if (stop_requested()) throw Stopped();
    const std::size_t count = std::min(order.size() - done, static_cast<std::size_t>(kTestBatch));
    examples.fill(Indices(order).subspan(done, count), 0, network.input().data());
    const auto write = [&](std::span<const float> logits) {
      nn::softmax(logits.first(count * classes), network.output_size(),
                  std::span(probabilities.values).subspan(done * classes, count * classes));
    };
    if (views) {
      write(forward_views(network, classifier.network.input));
    } else {
      network.forward();
      write(network.outputs());
    }
    done += count;
  }
  return probabilities;
}

}  // namespace ersatz::train
