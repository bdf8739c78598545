#include "train/feature_cache.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "base/damaged_file.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "data/import/store_writer.hpp"
#include "models/backbone.hpp"
#include "models/pretrained.hpp"
#include "nn/network.hpp"
#include "nn/safetensors.hpp"

namespace ersatz::train {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kImages = 2500;  // more than two shards
constexpr data::ImageShape kShape{4, 4};

class FeatureCache : public ::testing::Test {
 protected:
  FeatureCache() : store_(make_store()) {
    // The first block alone: a backbone whose weights are small.
    nn::NamedTensors weights;
    for (const nn::ParameterSpec& parameter : models::backbone_parameters("vgg16:block1")) {
      Random random(1, parameter.name);
      nn::Tensor tensor{parameter.shape, std::vector<float>(nn::element_count(parameter.shape))};
      for (float& value : tensor.values) value = 0.05F * random.normal();
      weights.emplace_back(parameter.name, std::move(tensor));
    }
    const fs::path file = folder_ / "weights.safetensors";
    nn::write_safetensors(file, {weights, {}});
    request_ = {"vgg16:block1", file, to_hex(sha256(MappedFile(file).bytes())), nn::Precision::f32, folder_ / "cache"};
  }
  ~FeatureCache() override {
    reset_stop_request();
    fs::remove_all(folder_);
  }

  data::ImageStore make_store() const {
    data::PlannedSplit split;
    for (std::size_t i = 0; i < kImages; ++i) split.files.push_back({i, fmt::format("{:05}.png", i), 0, 1});
    std::vector<std::uint8_t> pixels(kImages * kShape.bytes());
    Random random(2, "pixels");
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.below(256));
    make_folders(folder_);
    data::StoreWriter writer(folder_ / "stores", split, kShape);
    writer.write_pixels(0, kImages, pixels.data());
    for (std::size_t i = 0; i < kImages; ++i) writer.set(i, {0, {}, {}});
    writer.finish();
    writer.commit();
    return data::ImageStore(folder_ / "stores" / writer.name());
  }

  std::vector<float> all_values(const FeatureTable& table) const {
    return {table.row(0).begin(),
            table.row(0).begin() + static_cast<std::ptrdiff_t>(table.images() * table.features())};
  }

  std::size_t cached_files() const {
    const fs::path cache = folder_ / "cache" / "features";
    if (!fs::exists(cache)) return 0;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(cache), fs::directory_iterator()));
  }

  static inline int counter_ = 0;
  const fs::path folder_ =
      fs::temp_directory_path() / ("ersatz-features-" + std::to_string(::getpid()) + "-" + std::to_string(counter_++));
  data::ImageStore store_;
  FeatureRequest request_;
};

TEST_F(FeatureCache, FeaturesAreTheNetworksOutputs) {
  const auto table = pooled_features(store_, request_);
  ASSERT_EQ(table->images(), kImages);
  ASSERT_EQ(table->features(), 64U);
  const models::Backbone backbone = models::make_backbone("vgg16:block1", kShape);
  const models::PretrainedWeights weights =
      models::load_pretrained("vgg16:block1", request_.weights_file, request_.cache);
  nn::Network network(backbone.network, {1, nn::Precision::f32, false});
  network.set_weights(weights.tensors);
  for (const std::size_t image : {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, kImages - 1}) {
    data::transform_pixels(weights.transform, kShape, store_.image(image).data(), network.input().data());
    network.forward();
    for (std::size_t i = 0; i < 64; ++i) {
      EXPECT_NEAR(table->row(image)[i], network.outputs()[i], 1e-5 * std::abs(network.outputs()[i]) + 1e-5) << image;
    }
  }
}

TEST_F(FeatureCache, TheNumberOfThreadsDoesNotChangeABit) {
  FeatureRequest other = request_;
  other.cache = folder_ / "other";
  EXPECT_EQ(all_values(*pooled_features(store_, request_, {1, {}})),
            all_values(*pooled_features(store_, other, {3, {}})));
}

TEST_F(FeatureCache, WhatIsThereIsNotComputedAgain) {
  EXPECT_FALSE(has_features(store_, request_));
  pooled_features(store_, request_);
  EXPECT_TRUE(has_features(store_, request_));
  EXPECT_EQ(cached_files(), 1U);
  fs::remove(request_.weights_file);  // no longer needed
  std::size_t calls = 0;
  pooled_features(store_, request_, {1, [&](std::size_t, std::size_t) { ++calls; }});
  EXPECT_EQ(calls, 0U);
}

TEST_F(FeatureCache, AStoppedExtractionGoesOnWithTheSameResult) {
  EXPECT_THROW(pooled_features(store_, request_, {1, [](std::size_t, std::size_t) { request_stop(); }}), Stopped);
  reset_stop_request();
  EXPECT_FALSE(has_features(store_, request_));
  std::vector<std::size_t> done;
  const auto resumed =
      pooled_features(store_, request_, {1, [&](std::size_t images, std::size_t) { done.push_back(images); }});
  EXPECT_EQ(done.front(), 2048U);  // the first shard was kept
  FeatureRequest fresh = request_;
  fresh.cache = folder_ / "fresh";
  EXPECT_EQ(all_values(*resumed), all_values(*pooled_features(store_, fresh)));
}

TEST_F(FeatureCache, OfTwoThatAskAtTheSameTimeOneComputes) {
  std::atomic<int> shards{0};
  const auto ask = [&] { pooled_features(store_, request_, {1, [&](std::size_t, std::size_t) { ++shards; }}); };
  std::thread one(ask), other(ask);
  one.join();
  other.join();
  EXPECT_EQ(shards, 3);
}

TEST_F(FeatureCache, OtherWeightsPrecisionOrCutAreOtherFeatures) {
  pooled_features(store_, request_);
  FeatureRequest half = request_;
  half.precision = nn::Precision::bf16;
  EXPECT_FALSE(has_features(store_, half));
  FeatureRequest other = request_;
  other.weights_hash[0] = other.weights_hash[0] == '0' ? '1' : '0';
  EXPECT_FALSE(has_features(store_, other));
  EXPECT_THROW(pooled_features(store_, other), Error);  // the file is not the one that was asked for
}

TEST_F(FeatureCache, AFileCutShortIsAnErrorThatNamesIt) {
  pooled_features(store_, request_);
  const fs::path file = fs::directory_iterator(folder_ / "cache" / "features")->path();
  fs::resize_file(file, 4096 + kImages * 64 * 4 - 4);
  try {
    pooled_features(store_, request_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(file.string()));
  }
}

TEST_F(FeatureCache, AFlippedBitIsDamageWhenItsImageIsAskedFor) {
  pooled_features(store_, request_);
  const fs::path file = fs::directory_iterator(folder_ / "cache" / "features")->path();
  const std::string right = read_file(file);
  constexpr std::size_t kRow = 64 * 4, kRows = 4096, kChecks = kRows + kImages * kRow;
  const auto flip = [&](std::size_t at) {
    std::string wrong = right;
    wrong[at] = static_cast<char>(wrong[at] ^ 16);
    write_file(file, wrong);
  };
  flip(kRows + 1500 * kRow + 100);
  const auto table = pooled_features(store_, request_);
  EXPECT_NO_THROW(table->row(1499));
  EXPECT_THROW(table->row(1500), DamagedFile);
  for (const std::size_t at : {std::size_t{20}, std::size_t{4000}, kChecks + 7 * 8, right.size() - 1}) {
    flip(at);
    EXPECT_THROW(pooled_features(store_, request_), DamagedFile) << at;
  }
  write_file(file, right.substr(0, kChecks));  // as versions up to 0.2 wrote it
  EXPECT_NO_THROW(pooled_features(store_, request_)->row(1500));
}

}  // namespace
}  // namespace ersatz::train
