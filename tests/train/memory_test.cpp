#include "train/memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "data/random_images.hpp"
#include "models/classifier.hpp"
#include "nn/network.hpp"
#include "train/predict.hpp"
#include "train/trainer.hpp"

namespace ersatz::train {
namespace {

constexpr data::ImageShape kShape{32, 32};
constexpr int kClasses = 10;

models::Classifier classifier(const std::string& name, data::ImageShape shape = kShape) {
  return models::make_classifier(name, shape, kClasses);
}

models::Method method(int batch, double momentum = 0) {
  models::Method method;
  method.batching.size = batch;
  method.optimizer.momentum = momentum;
  method.budget = models::StepBudget{2};
  return method;
}

// What this process holds that is no page of a file.
std::size_t held() {
  std::ifstream status("/proc/self/status");
  std::size_t kilobytes = 0;
  for (std::string word; status >> word;) {
    if (word == "RssAnon:") status >> kilobytes;
  }
  return kilobytes * 1024;
}

class MemoryOf : public ::testing::TestWithParam<const char*> {};

// Nothing that a network takes may be missing in what is counted, for every layer that a classifier has.
TEST_P(MemoryOf, ANetworkIsCountedToTheByteWithoutTakingIt) {
  nn::set_thread_count(1);
  for (const nn::Precision precision : {nn::Precision::f32, nn::automatic_precision()}) {
    for (const bool training : {true, false}) {
      for (const int batch : {8, 64}) {
        const models::Classifier made = classifier(GetParam());
        const nn::NetworkOptions options{batch, precision, training};
        const std::size_t bytes = nn::memory_bytes(made.network, options);
        EXPECT_EQ(bytes, nn::Network(made.network, options).memory_bytes());
        EXPECT_GT(bytes, batch * made.network.input.size() * sizeof(float));
        if (made.backbone) {
          const nn::NetworkOptions extraction{batch, precision, false};
          EXPECT_EQ(nn::memory_bytes(made.backbone->network, extraction),
                    nn::Network(made.backbone->network, extraction).memory_bytes());
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryClassifier, MemoryOf,
                         ::testing::Values("nn", "nn-rgb", "lenet", "convnet:0.25", "vgg16", "vgg19:block2"));

// The numbers are those that the process holds, in 200 MB and more, which nothing else in it comes near.
class MeasuredMemory : public ::testing::TestWithParam<const char*> {};

TEST_P(MeasuredMemory, IsAtMostWhatWasComputedAndNotMuchLess) {
#ifdef ERSATZ_SANITIZED
  GTEST_SKIP() << "the sanitizer holds memory of its own";
#endif
  nn::set_thread_count(1);
  const models::Classifier made = classifier(GetParam());
  const models::Method with = method(1024, 0.9);
  const data::RandomImages images(made.transform, kShape, kClasses), none(made.transform, kShape, kClasses);
  const std::size_t computed = RunMemory(made, with, nn::Precision::f32).training({images.size(), 0, images.size()});
  const std::filesystem::path checkpoint =
      std::filesystem::temp_directory_path() / ("ersatz-memory-test-" + std::to_string(::getpid()));
  const std::size_t before = held();
  std::size_t most = 0;
  TrainEvents events;
  events.on_progress = [&](const TrainProgress&) { most = std::max(most, held() - before); };
  train({made, with, images, none, 1, nn::Precision::f32}, checkpoint, events);
  std::filesystem::remove(checkpoint);
  EXPECT_LE(most, computed);
  EXPECT_GE(static_cast<double>(most), 0.7 * static_cast<double>(computed));
}

INSTANTIATE_TEST_SUITE_P(Classifiers, MeasuredMemory, ::testing::Values("lenet", "convnet:0.25"));

TEST(RunMemoryOf, GrowsWithBatchImagesAndWhatTheOptimiserKeeps) {
  const auto training = [](int batch, double momentum, data::ImageShape shape) {
    return RunMemory(classifier("lenet", shape), method(batch, momentum), nn::Precision::f32).training({1000, 0, 1000});
  };
  const std::size_t plain = training(256, 0, kShape);
  EXPECT_GT(training(512, 0, kShape), plain);
  EXPECT_GT(training(256, 0.9, kShape), plain) << "velocities";
  EXPECT_GT(training(256, 0, {64, 64}), 3 * plain);
  const RunMemory lenet(classifier("lenet"), method(64), nn::Precision::f32);
  EXPECT_GT(lenet.training({1'000'000, 0, 0}), lenet.training({1000, 0, 0}));
  EXPECT_GT(lenet.testing({1000, 0, 1'000'000}), lenet.testing({1000, 0, 1000}) + 1'000'000 * kClasses * sizeof(float));
}

// ConvNet reads 5,000 images at once for the weights of its first layer: of large ones, these are most of its memory.
TEST(RunMemoryOf, WhitenedLayersReadTheirImagesAtOnce) {
  const models::Classifier convnet = classifier("convnet:0.25", {96, 96});
  const models::Method own = convnet.method->resolve(64, std::nullopt, std::nullopt);
  const RunMemory memory(convnet, own, nn::Precision::f32);
  const std::size_t image = 3 * 96 * 96 * sizeof(float);
  EXPECT_GT(memory.training({5000, 0, 0}), memory.training({64, 0, 0}) + 4000 * image);
  EXPECT_LT(memory.training({50'000, 0, 0}), memory.training({5000, 0, 0}) + 1000 * image);
}

// A study that takes more than most machines have is known to, and nothing is taken to know it.
TEST(RunMemoryOf, TwentyGigabytesAreComputedWithoutTakingThem) {
  const std::size_t before = held();
  const RunMemory memory(classifier("lenet", {224, 224}), method(1024), nn::Precision::f32);
  const RunImages images{100'000, 0, 20'000};
  EXPECT_LT(held(), before + 50'000'000);
  // Two convolutions' outputs and gradients are there at least: 32 channels of 224x224, 50 of 112x112.
  EXPECT_GT(memory.training(images), 2ULL * 1024 * sizeof(float) * (32 * 224 * 224 + 50 * 112 * 112));
  EXPECT_LT(memory.testing(images), memory.training(images));
}

TEST(ExtractionMemory, IsANetworkPerThreadAndTheWeightsOnce) {
  const ExtractionMemory memory(*classifier("vgg16").backbone, nn::Precision::f32);
  EXPECT_NEAR(static_cast<double>(memory.with(3) - memory.with(2)),
              static_cast<double>(memory.with(2) - memory.with(1)), 1)
      << "rounding";
  EXPECT_GT(memory.with(1), 14'714'688 * sizeof(float)) << "Keras's number of parameters";
}

}  // namespace
}  // namespace ersatz::train
