#include "stats/bootstrap.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

struct Case {
  explicit Case(const Json& json)
      : truth(json.at("truth").get<LabelList>()),
        first(json.at("first").get<LabelList>()),
        second(json.at("second").get<LabelList>()),
        classes(json.at("classes")) {}
  LabelList truth, first, second;
  std::size_t classes;
};

std::vector<std::uint8_t> correct(const LabelList& truth, const LabelList& predicted) {
  std::vector<std::uint8_t> result(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) result[i] = predicted[i] == truth[i] ? 1 : 0;
  return result;
}

TEST(Bootstrap, ScoresGivenResamplesAsScikitLearnDoes) {
  const Json& json = fixtures("resamples");
  const Case data(json);
  for (const Json& one : json.at("resamples")) {
    std::vector<std::uint32_t> counts(data.truth.size());
    for (const Json& image : one.at("drawn")) ++counts[image.get<std::size_t>()];
    for (const auto& [key, labels] : {std::pair{"first", &data.first}, std::pair{"second", &data.second}}) {
      const auto scores = classification_scores(resampled_confusion(data.truth, *labels, data.classes, counts));
      EXPECT_EQ(scores.accuracy, one.at(key)[0].get<double>());  // bit for bit
      EXPECT_EQ(scores.macro.f1, one.at(key)[1].get<double>());
    }
  }
}

// Both sides draw their own resamples. With 10,000 of them an end of a 95 % interval is uncertain by about 0.027
// standard errors (sqrt(.025 .975 / 10000) over the normal density there, 0.058) on each side, a standard error by
// 0.7 %; allowed is four times that. An unpaired bootstrap fails by far.
TEST(Bootstrap, AgreesWithScipys) {
  const Json& json = fixtures("bootstrap");
  const Case data(json);
  const BootstrapOptions options{10'000, 3, 0.95};
  const auto check = [&](const Estimate& ours, const Json& theirs) {
    const double error = theirs.at("standard_error");
    EXPECT_NEAR(ours.standard_error, error, 0.04 * error);
    EXPECT_NEAR(ours.interval.low, theirs.at("interval")[0].get<double>(), 0.15 * error);
    EXPECT_NEAR(ours.interval.high, theirs.at("interval")[1].get<double>(), 0.15 * error);
  };
  check(bootstrap_scores(data.truth, data.first, data.classes, options).macro_f1, json.at("macro_f1"));
  auto replicates = replicate_accuracies({correct(data.truth, data.first), correct(data.truth, data.second)}, options);
  Numbers& differences = replicates[0];
  for (std::size_t r = 0; r < differences.size(); ++r) differences[r] -= replicates[1][r];
  const Estimate difference{0, summarise(differences).sd, percentile_interval(differences)};
  check(difference, json.at("accuracy_difference"));
  const double alone = bootstrap_scores(data.truth, data.second, data.classes, options).accuracy.standard_error;
  EXPECT_LT(difference.standard_error, 1.2 * alone);  // unpaired would be about 1.4
}

// The standard error of a share is known: sqrt(p (1 - p) / n).
TEST(Bootstrap, GivesTheStandardErrorOfAccuracy) {
  const Case data(fixtures("bootstrap"));
  const Estimate accuracy = bootstrap_scores(data.truth, data.first, data.classes, {10'000, 5, 0.95}).accuracy;
  const double p = accuracy.value, error = std::sqrt(p * (1 - p) / static_cast<double>(data.truth.size()));
  EXPECT_NEAR(accuracy.standard_error, error, 0.03 * error);
  const Interval wilson = wilson_interval(static_cast<std::uint64_t>(std::lround(p * 400)), 400);
  EXPECT_NEAR(accuracy.interval.low, wilson.low, 0.2 * error);
  EXPECT_NEAR(accuracy.interval.high, wilson.high, 0.2 * error);
}

TEST(Bootstrap, IsAPureFunctionOfItsSeed) {
  EXPECT_EQ(resample_counts(500, 1, 7), resample_counts(500, 1, 7));
  EXPECT_NE(resample_counts(500, 1, 7), resample_counts(500, 1, 8));
  EXPECT_NE(resample_counts(500, 1, 7), resample_counts(500, 2, 7));
  // More replicates begin with the same ones.
  const Case data(fixtures("resamples"));
  const std::array<std::span<const std::int32_t>, 2> models{data.first, data.second};
  const auto few = replicate_scores(data.truth, models, data.classes, {10, 9, 0.95});
  const auto many = replicate_scores(data.truth, models, data.classes, {20, 9, 0.95});
  for (std::size_t r = 0; r < 10; ++r) EXPECT_EQ(few[1].macro_f1[r], many[1].macro_f1[r]);
  // Each is what resample_counts says, for every model alike.
  const auto counts = resample_counts(data.truth.size(), 9, 4);
  for (std::size_t model = 0; model < 2; ++model) {
    const auto scores = classification_scores(resampled_confusion(data.truth, models[model], data.classes, counts));
    EXPECT_EQ(few[model].accuracy[4], scores.accuracy);
    EXPECT_EQ(few[model].macro_f1[4], scores.macro.f1);
  }
}

// Multinomial counts: their sum is n, and each image's count has mean 1 and variance 1 - 1/n.
TEST(Bootstrap, DrawsEveryImageAlikeWithReplacement) {
  constexpr std::size_t kImages = 50;
  constexpr std::uint32_t kReplicates = 4000;
  std::vector<double> sum(kImages), squares(kImages);
  for (std::uint32_t r = 0; r < kReplicates; ++r) {
    const auto counts = resample_counts(kImages, 1, r);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0U), kImages);
    for (std::size_t i = 0; i < kImages; ++i) {
      sum[i] += counts[i];
      squares[i] += (counts[i] - 1.0) * (counts[i] - 1.0);
    }
  }
  for (std::size_t i = 0; i < kImages; ++i) {
    EXPECT_NEAR(sum[i] / kReplicates, 1, 5 / std::sqrt(double{kReplicates}));
    EXPECT_NEAR(squares[i] / kReplicates, 1 - 1.0 / kImages, 5 * std::sqrt(3.0 / kReplicates));
  }
}

TEST(Bootstrap, AccuraciesAloneAreTheSameNumbers) {
  const Case data(fixtures("bootstrap"));
  const BootstrapOptions options{50, 3, 0.95};
  const std::vector<std::span<const std::int32_t>> models{data.first, data.second};
  const auto expected = replicate_scores(data.truth, models, data.classes, options);
  const auto accuracies =
      replicate_accuracies({correct(data.truth, data.first), correct(data.truth, data.second)}, options);
  ASSERT_EQ(accuracies.size(), 2U);
  for (std::size_t model = 0; model < 2; ++model) EXPECT_EQ(accuracies[model], expected[model].accuracy);
  EXPECT_TRUE(replicate_accuracies({}, options).empty());
  EXPECT_THROW(replicate_accuracies({{1, 0}, {1}}, options), Error);
}

// Numbers of this program, pinned: whatever instruction set counts them, they stay the same.
TEST(Bootstrap, AccuraciesAreTheSameInEveryInstructionSet) {
  std::vector<std::uint8_t> correct(1003);  // fills no vector register evenly
  for (std::size_t i = 0; i < correct.size(); ++i) correct[i] = i % 7 < 4 ? 1 : 0;
  const auto accuracies = replicate_accuracies({correct}, {4, 3, 0.95});
  ASSERT_EQ(accuracies.size(), 1U);
  EXPECT_EQ(accuracies[0], (std::vector<double>{583 / 1003.0, 565 / 1003.0, 564 / 1003.0, 546 / 1003.0}));
}

TEST(Bootstrap, RefusesWhatItCannotDraw) {
  const LabelList two{0, 1}, none;
  EXPECT_THROW(resample_counts(0, 1, 0), Error);
  EXPECT_THROW(bootstrap_scores(none, none, 2), Error);
  EXPECT_THROW(bootstrap_scores(two, LabelList{0}, 2), Error);
  EXPECT_THROW(bootstrap_scores(two, LabelList{0, 5}, 2), Error);
  EXPECT_THROW(bootstrap_scores(two, two, 2, {0, 1, 0.95}), Error);
  EXPECT_THROW(bootstrap_scores(two, two, 2, {10, 1, 1.0}), Error);
  EXPECT_THROW(resampled_confusion(two, two, 2, std::vector<std::uint32_t>{1}), Error);
}

TEST(PercentileInterval, EqualsNumpysQuantiles) {
  for (const Json& one : fixtures("quantile")) {
    const auto values = one.at("values").get<Numbers>(), levels = one.at("levels").get<Numbers>();
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const Interval interval = percentile_interval(values, levels[i]);
      EXPECT_NEAR(interval.low, one.at("low")[i].get<double>(), 1e-14);
      EXPECT_NEAR(interval.high, one.at("high")[i].get<double>(), 1e-14);
    }
  }
}

TEST(PercentileInterval, RefusesNothingNaNAndLevelsOutOfRange) {
  EXPECT_THROW(percentile_interval({}), Error);
  EXPECT_THROW(percentile_interval({1, std::numeric_limits<double>::quiet_NaN()}), Error);
  EXPECT_THROW(percentile_interval({1, 2}, 0), Error);
  EXPECT_THROW(percentile_interval({1, 2}, 1), Error);
}

}  // namespace
}  // namespace ersatz::stats
