// Two networks, each of half of the photographs, and their file in the cache.

#include "train/verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "data/make_store.hpp"
#include "nn/network_spec.hpp"
#include "train/predict.hpp"
#include "train/trainer.hpp"
#include "train/verifier_cache.hpp"

namespace ersatz::train {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr data::ImageShape kShape{8, 8};

// Two classes, the second one brighter.
std::vector<std::vector<std::uint8_t>> drawn(std::size_t n) {
  std::vector<std::vector<std::uint8_t>> images;
  for (std::size_t i = 0; i < n; ++i) {
    Random random(1, "photograph", 0, i);
    auto& image = images.emplace_back(kShape.bytes());
    for (std::uint8_t& value : image) value = static_cast<std::uint8_t>(random.below(100) + (i % 2 == 1 ? 120 : 30));
  }
  return images;
}

class VerifierTest : public ::testing::Test {
 protected:
  VerifierTest() : made_("photos", kShape, drawn(21)) {
    nn::set_thread_count(1);
    photographs_ = data::select_all(made_.store());
    for (std::size_t i = 0; i < photographs_.size(); ++i) photographs_.labels[i] = static_cast<std::int32_t>(i % 2);
  }
  ~VerifierTest() override { reset_stop_request(); }

  VerifierRequest request(const std::string& folder = "cache") const { return {"nn", 2, 3, folder_ / folder}; }
  static std::vector<std::string> files(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    return names;
  }
  static void expect_same(const Verifier& a, const Verifier& b) {
    for (const std::size_t network : {0U, 1U}) {
      ASSERT_EQ(a.weights()[network].size(), b.weights()[network].size());
      for (std::size_t i = 0; i < a.weights()[network].size(); ++i) {
        EXPECT_EQ(a.weights()[network][i].first, b.weights()[network][i].first);
        EXPECT_EQ(a.weights()[network][i].second.values, b.weights()[network][i].second.values);
      }
    }
  }

  ersatz::testing::ScratchFolder folder_;
  ersatz::testing::MadeStore made_;
  data::Selection photographs_;
};

TEST_F(VerifierTest, HalvesDivideEveryClass) {
  const auto halves = verifier_halves(photographs_, 5);
  std::set<data::ImageReference> all;
  for (const data::Selection& half : halves) {
    EXPECT_TRUE(std::ranges::is_sorted(half.images));
    EXPECT_EQ(std::ranges::count(half.labels, 1), 5);
    for (std::size_t i = 0; i < half.size(); ++i) {
      all.insert(half.images[i]);
      EXPECT_EQ(half.labels[i], static_cast<std::int32_t>(half.images[i].index % 2));
    }
  }
  EXPECT_EQ(all.size(), 21U);
  EXPECT_EQ(halves[0].size() + halves[1].size(), 21U);
  EXPECT_NE(verifier_halves(photographs_, 6)[0].images, halves[0].images);
}

// 1,600 steps of 64 images, whatever the classifier's own batch.
TEST_F(VerifierTest, EveryClassifierSeesAsManyImages) {
  for (const char* name : {"nn", "lenet", "convnet"}) {
    const models::Method method = verifier_method(models::make_classifier(name, {32, 32}, 10), 4096);
    EXPECT_EQ(*method.step_budget() * method.batching.size, 1600 * 64) << name;
  }
}

TEST_F(VerifierTest, LearnsTheClassesAndIsKept) {
  const Verifier made = find_verifier(request(), photographs_);
  const Matrix probabilities = made.probabilities(photographs_);
  for (std::size_t i = 0; i < photographs_.size(); ++i) {
    EXPECT_GT(probabilities.row(i)[static_cast<std::size_t>(photographs_.labels[i])], 0.9F) << i;
  }
  const fs::path file = verifier_file(request(), photographs_);
  EXPECT_THAT(files(file.parent_path()), ::testing::ElementsAre(file.filename().string()));
  const auto written = fs::last_write_time(file);
  expect_same(find_verifier(request(), photographs_), made);
  EXPECT_EQ(fs::last_write_time(file), written) << "it was made again";
}

TEST_F(VerifierTest, TheMeanOfBothIsAsked) {
  const Verifier made = find_verifier(request(), photographs_);
  const models::Classifier classifier = models::make_classifier("nn", kShape, 2);
  const data::PixelSource source(photographs_, classifier.transform);
  const Matrix first = predict(classifier, models::TestViews::plain, made.weights()[0], source);
  const Matrix second = predict(classifier, models::TestViews::plain, made.weights()[1], source);
  EXPECT_NE(first.values, second.values);
  const Matrix mean = made.probabilities(photographs_);
  for (std::size_t i = 0; i < mean.values.size(); ++i) {
    EXPECT_NEAR(mean.values[i], (first.values[i] + second.values[i]) / 2, 1e-6);
  }
}

TEST_F(VerifierTest, FeaturesAreWhatTheLastLayerReads) {
  const Verifier made = find_verifier(request(), photographs_);
  for (const std::size_t network : {0U, 1U}) {
    const Matrix features = made.features(network, photographs_);
    ASSERT_EQ(features.columns, 128U);
    // The last layer makes the same classes of them: its rows times the features, whose length is free.
    const nn::Tensor& weight = nn::find_tensor(made.weights()[network], "fc2.weight");
    const nn::Tensor& bias = nn::find_tensor(made.weights()[network], "fc2.bias");
    EXPECT_EQ(bias.values.size(), 2U);
    std::size_t right = 0;
    for (std::size_t i = 0; i < features.rows; ++i) {
      double length = 0, margin = 0;
      for (std::size_t f = 0; f < 128; ++f) {
        length += static_cast<double>(features.row(i)[f]) * features.row(i)[f];
        margin += static_cast<double>(features.row(i)[f]) * (weight.values[128 + f] - weight.values[f]);
      }
      EXPECT_NEAR(length, 1, 1e-5);
      right += (margin > 0) == (photographs_.labels[i] == 1);
    }
    EXPECT_GE(right, 18U);
    EXPECT_EQ(made.unseen_by(network).images, verifier_halves(photographs_, 3)[1 - network].images);
  }
}

TEST_F(VerifierTest, EverythingThatDecidesItIsInItsName) {
  const fs::path file = verifier_file(request(), photographs_);
  VerifierRequest other = request();
  other.seed = 4;
  EXPECT_NE(verifier_file(other, photographs_), file);
  other = request();
  other.classifier = "lenet";
  EXPECT_NE(verifier_file(other, photographs_), file);
  data::Selection fewer = photographs_;
  fewer.images.pop_back();
  fewer.labels.pop_back();
  EXPECT_NE(verifier_file(request(), fewer), file);
}

TEST_F(VerifierTest, ADamagedFileIsMadeAgain) {
  const Verifier made = find_verifier(request(), photographs_);
  const fs::path file = verifier_file(request(), photographs_);
  std::string bytes = read_file(file);
  bytes[bytes.size() - 5] ^= 1;
  write_file(file, bytes);
  std::vector<std::string> warnings;
  expect_same(find_verifier(request(), photographs_, [&](const std::string& text) { warnings.push_back(text); }), made);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], AllOf(HasSubstr(file.string()), HasSubstr("the verifier is trained anew")));
  write_file(file, bytes.substr(0, 100));
  expect_same(find_verifier(request(), photographs_), made);
}

// What was trained before a stop is not lost, and ends with the same bits.
TEST_F(VerifierTest, GoesOnAfterAStop) {
  const Verifier whole = find_verifier(request("whole"), photographs_);
  const models::Classifier classifier = models::make_classifier("nn", kShape, 2);
  const models::Method method = verifier_method(classifier, photographs_.size());
  const auto halves = verifier_halves(photographs_, 3);
  const fs::path file = verifier_file(request(), photographs_);
  fs::create_directories(file.parent_path());
  fs::path part = file;
  part.replace_extension().concat(kVerifierCheckpoints[0]);
  const std::uint64_t seed = verifier_seed(3, 0);
  const data::PixelSource images(halves[0], classifier.transform, data::Augmenter(method.augmentation, seed));
  const data::PixelSource nothing({{}, {}, kShape}, classifier.transform);
  const TrainEvents stop{[](const TrainProgress& progress) {
                           if (progress.round == 4) request_stop();
                         },
                         {}};
  EXPECT_THROW(train({classifier, method, images, nothing, seed}, part, stop), Stopped);
  EXPECT_THROW(find_verifier(request(), photographs_), Stopped) << "the stop is still asked for";
  reset_stop_request();
  ASSERT_TRUE(fs::exists(part));
  EXPECT_FALSE(fs::exists(file));
  expect_same(find_verifier(request(), photographs_), whole);
  EXPECT_FALSE(fs::exists(part));
}

}  // namespace
}  // namespace ersatz::train
