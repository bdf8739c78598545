#include "train/speed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "data/import/store_writer.hpp"

namespace ersatz::train {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kImages = 10;  // fewer than a batch
constexpr data::ImageShape kShape{8, 8};

// Only what does not depend on how fast or how busy the machine is.
class SpeedTest : public ::testing::Test {
 protected:
  SpeedTest() : store_(make_store()), images_(data::select_all(store_)) {}
  ~SpeedTest() override {
    reset_stop_request();
    fs::remove_all(folder_);
  }

  data::ImageStore make_store() const {
    data::PlannedSplit split;
    for (std::size_t i = 0; i < kImages; ++i) {
      split.files.push_back({i, fmt::format("{:05}.png", i), static_cast<std::int32_t>(i % 3), 1});
    }
    const std::vector<std::uint8_t> pixels(kImages * kShape.bytes(), 77);
    data::StoreWriter writer(folder_, split, kShape);
    writer.write_pixels(0, kImages, pixels.data());
    for (std::size_t i = 0; i < kImages; ++i) writer.set(i, {0, {}, {}});
    writer.finish();
    writer.commit();
    return data::ImageStore(folder_ / writer.name());
  }
  static models::Method method(int batch) {
    models::Method method;
    method.batching.size = batch;
    return method;
  }
  static models::Classifier classifier(const std::string& name) { return models::make_classifier(name, kShape, 3); }

  const fs::path folder_ = fs::temp_directory_path() / ("ersatz-speed-test-" + std::to_string(::getpid()));
  data::ImageStore store_;
  data::Selection images_;
};

TEST_F(SpeedTest, EveryRateIsMeasuredInEachPrecisionAndWithSeveralThreads) {
  for (const auto& options : {SpeedOptions{nn::Precision::f32, 1}, SpeedOptions{nn::automatic_precision(), 3}}) {
    const ClassifierSpeed speed = measure_classifier(classifier("lenet"), method(16), images_, options);
    EXPECT_GT(speed.training, 0);
    EXPECT_GT(speed.validation, 0);
    EXPECT_GT(speed.testing, 0);
    EXPECT_GT(speed.share, 0);
  }
}

TEST_F(SpeedTest, AHeadNeedsNoFeaturesAndABackboneNoWeights) {
  const models::Classifier vgg = classifier("vgg16:block1");
  EXPECT_GT(measure_classifier(vgg, method(16), images_, {nn::Precision::f32, 1}).training, 0);
  EXPECT_GT(measure_features(*vgg.backbone, images_, {nn::Precision::f32, 2}).images, 0);
}

TEST_F(SpeedTest, AStopEndsTheMeasurement) {
  request_stop();
  EXPECT_THROW(measure_classifier(classifier("nn"), method(16), images_, {nn::Precision::f32, 2}), Stopped);
}

}  // namespace
}  // namespace ersatz::train
