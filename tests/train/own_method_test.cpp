// Classifiers that bring their own way of training.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "nn/has_precision.hpp"
#include "train/averaging.hpp"
#include "train/predict.hpp"
#include "train/stopping_source.hpp"
#include "train/test_views.hpp"
#include "train/trainer.hpp"

namespace ersatz::train {
namespace {

/// Images whose class is the brightest of three channels.
class ColourSource : public data::BatchSource {
 public:
  explicit ColourSource(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) labels_.push_back(static_cast<std::int32_t>(i % 3));
  }
  std::array<int, 3> shape() const override { return {3, 10, 10}; }
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override {
    for (const std::uint32_t i : indices) {
      Random random(1, "colour", static_cast<std::uint32_t>(epoch), i);
      for (int c = 0; c < 3; ++c) {
        for (int p = 0; p < 100; ++p) *out++ = (labels_[i] == c ? 0.5F : 0.0F) + random.normal();
      }
    }
  }

 private:
  std::vector<std::int32_t> labels_;
};

class OwnMethods : public ::testing::Test {
 protected:
  OwnMethods() {
    nn::set_thread_count(1);
    std::filesystem::create_directories(folder_);
  }
  ~OwnMethods() override {
    reset_stop_request();
    std::filesystem::remove_all(folder_);
  }
  // The classifier's own, in batches of at most 32.
  models::Method method(std::size_t n, std::int64_t steps) const {
    return classifier_.method->resolve(std::min<std::size_t>(n, 32), std::nullopt, steps);
  }
  TrainResult run(const models::Method& method, const std::string& name, const TrainEvents& events = {}) const {
    return run_on(training_, validation_, method, name, events);
  }
  TrainResult run_on(const data::BatchSource& training, const data::BatchSource& validation,
                     const models::Method& method, const std::string& name, const TrainEvents& events = {}) const {
    return train({classifier_, method, training, validation, 1, precision_}, checkpoint(name), events);
  }
  std::filesystem::path checkpoint(const std::string& name) const { return folder_ / (name + ".safetensors"); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ersatz-own-method-" + std::to_string(::getpid()));
  const models::Classifier classifier_ = models::make_classifier("convnet:0.25", {10, 10}, 3);
  const ColourSource training_{120}, validation_{41}, none_{0};
  nn::Precision precision_ = nn::Precision::f32;
};

TEST_F(OwnMethods, LearnWhatThereIsToLearn) {
  const TrainResult result = run(method(120, 60), "learn");
  EXPECT_EQ(result.history.size(), 10U);
  EXPECT_FALSE(result.stopped_early);
  EXPECT_EQ(result.best_round, 10);  // the last weights, whatever validation says
  EXPECT_GT(result.history.back().val_accuracy, 0.8);
  const Matrix probabilities = predict(classifier_, models::TestViews::mirrored_and_moved, result.weights, validation_);
  int correct = 0;
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    correct += std::max_element(row.begin(), row.end()) - row.begin() == validation_.labels()[i];
  }
  EXPECT_GT(correct, 33);
}

TEST_F(OwnMethods, AnInterruptedRunEndsAsAnUninterruptedOne) {
  for (const nn::Precision precision : {nn::Precision::f32, nn::Precision::bf16}) {
    if (!nn::testing::has_precision(precision)) continue;
    const models::Method wanted = method(120, 23);  // rounds of two and three steps; the bias is frozen in the middle
    precision_ = precision;
    const std::string name(precision_name(precision));
    const TrainResult whole = run(wanted, "whole" + name);
    for (const int stop_after : {2, 5}) {
      const std::string parts_name = "parts" + name + std::to_string(stop_after);
      const auto stop = [&](const TrainProgress& progress) {
        if (progress.round == stop_after && progress.images == progress.images_total) request_stop();
      };
      EXPECT_THROW(run(wanted, parts_name, {stop, {}}), Stopped);
      reset_stop_request();
      const TrainResult parts = run(wanted, parts_name);
      for (std::size_t i = 0; i < whole.weights.size(); ++i) {
        EXPECT_EQ(parts.weights[i].second.values, whole.weights[i].second.values) << whole.weights[i].first;
      }
      for (std::size_t i = 0; i < whole.history.size(); ++i) {
        EXPECT_EQ(parts.history[i].val_loss, whole.history[i].val_loss);
      }
    }
    // Within rounds: after every step but the last.
    for (int step = 1; step < 23; ++step) {
      EXPECT_THROW(run_on(StoppingSource(training_, 1), validation_, wanted, "steps" + name), Stopped) << step;
      reset_stop_request();
    }
    const TrainResult parts = run(wanted, "steps" + name);
    for (std::size_t i = 0; i < whole.weights.size(); ++i) {
      EXPECT_EQ(parts.weights[i].second.values, whole.weights[i].second.values) << whole.weights[i].first;
    }
  }
}

TEST_F(OwnMethods, FewerExamplesThanABatchAreOneSmallerBatch) {
  const ColourSource few(7);
  const models::Method small = method(7, 12);
  EXPECT_EQ(small.batching.size, 7);
  EXPECT_EQ(small.steps_per_epoch(7), 1);
  EXPECT_NEAR(small.optimizer.learning_rate, method(120, 12).optimizer.learning_rate * 7 / 32, 1e-12);
  const TrainResult result = run_on(few, none_, small, "few");
  for (const auto& [name, tensor] : result.weights) {
    for (const float value : tensor.values) ASSERT_TRUE(std::isfinite(value)) << name;
  }
}

TEST_F(OwnMethods, ASmallerLastBatchIsLeftOut) {
  const models::Method small = method(32, 1);
  EXPECT_EQ(small.steps_per_epoch(120), 3);
  EXPECT_DOUBLE_EQ(method(32, 30).images_per_round(120), 3 * 32);
  const auto steps = [&](std::optional<double> epochs) {
    return classifier_.method->resolve(50000, epochs, std::nullopt).step_budget();
  };
  EXPECT_EQ(steps(std::nullopt), 476);  // 9.9 epochs of 48 whole batches
  EXPECT_EQ(steps(4), 192);
}

TEST_F(OwnMethods, WhitenedWeightsDoNotMoveAndTheirBiasStopsMoving) {
  const auto bias_after = [&](double share) {
    models::Method wanted = method(120, 20);
    wanted.whitening->bias_share = share;
    const TrainResult result = run_on(training_, none_, wanted, "bias" + std::to_string(share));
    return nn::find_tensor(result.weights, "whiten.bias").values;
  };
  EXPECT_THAT(bias_after(0), ::testing::Each(0.0F));
  EXPECT_THAT(bias_after(0.3), ::testing::Not(::testing::Each(0.0F)));
  const TrainResult one = run_on(training_, none_, method(120, 10), "one");
  const TrainResult other = run_on(training_, none_, method(120, 20), "other");
  EXPECT_EQ(nn::find_tensor(one.weights, "whiten.weight").values,
            nn::find_tensor(other.weights, "whiten.weight").values);
}

TEST_F(OwnMethods, APartIsLeftOutByLeavingItOutOfTheMethod) {
  models::Method plain = method(120, 12);
  plain.averaging.reset();
  plain.whitening.reset();
  const TrainResult with = run(method(120, 12), "with"), without = run(plain, "without");
  EXPECT_NE(nn::find_tensor(with.weights, "whiten.weight").values,
            nn::find_tensor(without.weights, "whiten.weight").values);
  EXPECT_EQ(nn::find_tensor(without.weights, "whiten.weight").values,
            nn::find_tensor(models::initial_weights(classifier_, 1), "whiten.weight").values)
      << "frozen, and nobody whitened it";
}

TEST_F(OwnMethods, ConvnetsIsAirbench94s) {
  // Their script: lr = 11.5 / kilostep for the sum of losses, kilostep = 1024 (1 + 1 / (1 - momentum)); weight decay
  // .0153 x 1024 / kilostep / lr of the gradient of that sum.
  const models::Method method = classifier_.method->resolve(50000, std::nullopt, std::nullopt);
  const double kilostep = 1024 * (1 + 1 / (1 - 0.85)), rate = method.optimizer.learning_rate;
  EXPECT_DOUBLE_EQ(rate, 11.5 / kilostep * 1024);
  EXPECT_NEAR(method.optimizer.weight_decay * 1024, 0.0153 * 1024 / kilostep / (11.5 / kilostep), 1e-9);
  EXPECT_DOUBLE_EQ(method.rate(0, 476), 0.2 * rate);
  EXPECT_DOUBLE_EQ(method.rate(109, 476), rate);  // int(.23 x 476)
  EXPECT_NEAR(method.rate(475, 476), (0.07 + 0.93 / 367) * rate, 1e-9);
}

TEST(WeightAverage, MovesTheWeightsToTheirAverageRunningStatisticsIncluded) {
  const models::Classifier classifier = models::make_classifier("convnet:0.25", {10, 10}, 3);
  nn::Network network(classifier.network, {4, nn::Precision::f32, true});
  network.set_weights(models::initial_weights(classifier, 1));
  WeightAverage average_of({5, 1}, network, 100);
  const nn::NamedTensors before = network.weights();
  nn::NamedTensors moved = before;
  for (auto& [name, tensor] : moved) {
    for (float& value : tensor.values) value += 1;
  }
  network.set_weights(moved);
  average_of.update(0.75);
  const nn::NamedTensors after = network.weights(), average = average_of.state();
  for (std::size_t i = 0; i < after.size(); ++i) {
    for (std::size_t k = 0; k < after[i].second.values.size(); ++k) {
      EXPECT_NEAR(after[i].second.values[k], before[i].second.values[k] + 0.25F, 1e-6) << after[i].first;
    }
    EXPECT_EQ(average[i].second.values, after[i].second.values);
  }
  network.set_weights(moved);
  average_of.update(1);  // keeps all of the average
  EXPECT_EQ(network.weights()[0].second.values, after[0].second.values);
}

TEST(TestViews, AreMovedAndMirroredWithMirroredBorders) {
  const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto seen = [&](int down, int right, bool mirrored) {
    std::vector<float> out(9);
    write_view({down, right, mirrored, 1}, image, {1, 3, 3}, out.data());
    return out;
  };
  EXPECT_THAT(seen(0, 0, false), ::testing::ElementsAreArray(image));
  EXPECT_THAT(seen(0, 0, true), ::testing::ElementsAre(3, 2, 1, 6, 5, 4, 9, 8, 7));
  EXPECT_THAT(seen(1, 1, false), ::testing::ElementsAre(5, 4, 5, 2, 1, 2, 5, 4, 5));
  EXPECT_THAT(seen(-1, -1, true), ::testing::ElementsAre(5, 6, 5, 8, 9, 8, 5, 6, 5));
  double weight = 0;
  for (const TestView& view : test_views()) weight += view.weight;
  EXPECT_EQ(weight, 1);
}

TEST(TestViews, AreAveragedByTheirWeights) {
  const models::Classifier classifier = models::make_classifier("convnet:0.25", {10, 10}, 3);
  nn::Network network(classifier.network, {2, nn::Precision::f32, false});
  network.set_weights(models::initial_weights(classifier, 1));
  std::vector<float> images(600), expected(6);
  Random random(1, "image");
  for (float& value : images) value = random.normal();
  for (const auto& [down, right, weight] :
       {std::tuple(0, 0, 0.5F), std::tuple(1, 1, 0.25F), std::tuple(-1, -1, 0.25F)}) {
    for (const bool mirrored : {false, true}) {
      write_view({down, right, mirrored, 1}, images, {3, 10, 10}, network.input().data());
      network.forward();
      for (std::size_t i = 0; i < 6; ++i) expected[i] += weight / 2 * network.outputs()[i];
    }
  }
  std::copy(images.begin(), images.end(), network.input().begin());
  const std::vector<float> logits = forward_views(network, {3, 10, 10});
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(logits[i], expected[i], 1e-6);
}

}  // namespace
}  // namespace ersatz::train
