#include "analysis/gains.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/fake_table.hpp"
#include "analysis/substitution.hpp"
#include "base/error.hpp"
#include "stats/mcnemar.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {
namespace {

using testing::ElementsAre;

// A curve of .3, .5, .7 at 100, 1,000 and 10,000 REAL images: a factor of 10 for .2.
void add_curve(FakeTable& fake, std::uint64_t seeds, std::uint64_t stream = 0) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    fake.add_mixture(100, 0, seed, 0.3, "REAL", stream);
    fake.add_mixture(1000, 0, seed, 0.5, "REAL", stream);
    fake.add_mixture(10000, 0, seed, 0.7, "REAL", stream);
  }
}

TEST(Gains, AreReadFromTheLearningCurve) {
  FakeTable fake(8000);
  add_curve(fake, 4);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) fake.add_mixture(100, 5000, seed, 0.5);
  const GainTable table = gains(fake.table(), "REAL");
  ASSERT_EQ(table.gains.size(), 1U);
  const Gain& gain = table.gains[0];
  EXPECT_EQ(gain.own, 100U);
  EXPECT_EQ(gain.added, 5000U);
  EXPECT_EQ(gain.seeds, 4U);
  EXPECT_NEAR(gain.change->difference.mean, 0.2, 0.02);
  EXPECT_LT(gain.change->p, 0.001);
  EXPECT_LT(gain.change->interval.low, 0.2);
  EXPECT_GT(gain.change->interval.high, 0.2);
  EXPECT_GT(gain.change->detectable, 0);
  ASSERT_TRUE(gain.equivalent.has_value());
  EXPECT_NEAR(gain.equivalent->images, 1000, 150);
  EXPECT_LT(gain.equivalent->interval.low, 1000);
  EXPECT_GT(gain.equivalent->interval.high, 1000);
  // About 11 % to each side: .0056 of accuracy at four seeds of 8,000 images, .2 for a factor of ten.
  EXPECT_LT(gain.equivalent->interval.high / gain.equivalent->interval.low, 1.5);
  ASSERT_TRUE(gain.rate && gain.rate->rate);
  EXPECT_NEAR(*gain.rate->rate, 5000.0 / (gain.equivalent->images - 100), 1e-9);
  EXPECT_NEAR(gain.rate->interval.low, 5000.0 / (gain.equivalent->interval.high - 100), 1e-9);
  EXPECT_NEAR(gain.rate->interval.high, 5000.0 / (gain.equivalent->interval.low - 100), 1e-9);
}

// Neither a point of the curve nor a mixture that an exchange rate is read off.
TEST(Gains, SettingsOfItsOwnAreComparedWithTheUsual) {
  FakeTable fake(8000);
  add_curve(fake, 3);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    study::TrainingSet alone{"fast", {{"REAL", images(1000)}}},
        both{"both", {{"FAKE", images(500)}, {"REAL", images(1000)}}};
    alone.own.learning_rate = both.own.learning_rate = 0.03;
    fake.add("lenet", alone, seed, 0.65);
    fake.add("lenet", both, seed, 0.6);
  }
  const GainTable table = gains(fake.table(), "REAL");
  ASSERT_EQ(table.gains.size(), 2U);
  for (const Gain& gain : table.gains) {
    EXPECT_NEAR(gain.change->first.mean, 0.5, 0.02) << "the 1,000 with the usual settings";
    EXPECT_GT(gain.equivalent->images, 2000);
    EXPECT_EQ(gain.equivalent->most, 10000);
    EXPECT_FALSE(gain.rate);
  }
}

TEST(Gains, TellWhatAnAddedImageIsWorth) {
  FakeTable fake(8000);
  add_curve(fake, 4);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    fake.add_mixture(100, 2000, seed, 0.5);
    fake.add_mixture(100, 5000, seed, 0.5 + 0.2 * std::log10(1.5));
    fake.add_mixture(1000, 5000, seed, 0.45);
  }
  const auto table = gains(fake.table(), "REAL").gains;
  ASSERT_EQ(table.size(), 3U);
  const Gain &first = table[0], &second = table[1], &harm = table[2];
  using Side = Bounded::Side;
  for (const Gain& gain : table) {
    ASSERT_TRUE(gain.value && gain.equivalent);
    const double r = static_cast<double>(gain.own), m = static_cast<double>(gain.added);
    EXPECT_EQ(gain.value->per_image.side, Side::at);
    EXPECT_NEAR(gain.value->per_image.value, (gain.equivalent->images - r) / m, 1e-12);
    EXPECT_NEAR(gain.value->low.value, (gain.equivalent->interval.low - r) / m, 1e-12);
    EXPECT_NEAR(gain.value->high.value, (gain.equivalent->interval.high - r) / m, 1e-12);
  }
  EXPECT_NEAR(first.value->per_image.value, 1 / *first.rate->rate, 1e-12) << "1 / k";
  EXPECT_NEAR(harm.value->per_image.value, -0.088, 0.02) << "harm has a value, too: 562 instead of 1,000 images";
  EXPECT_FALSE(first.step) << "no smaller amount was added";
  EXPECT_FALSE(harm.step) << "to so many images";
  ASSERT_TRUE(second.step && second.step->per_image);
  EXPECT_EQ(second.step->from, 2000U);
  EXPECT_NEAR(second.step->per_image->value, (second.equivalent->images - first.equivalent->images) / 3000, 1e-12);
  EXPECT_NEAR(second.step->change.difference.mean, second.accuracy.mean - first.accuracy.mean, 1e-12);
  EXPECT_LT(second.step->change.interval.low, second.step->change.difference.mean);
}

TEST(Gains, WhereTheCurveEndsABoundOfTheValueIsKnown) {
  FakeTable fake(4000);
  add_curve(fake, 3);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(1000, 2000, seed, 0.6);
    fake.add_mixture(1000, 5000, seed, 0.85);
    fake.add_mixture(1000, 9000, seed, 0.9);
    fake.add_mixture(1000, 20000, seed, 0.15);
  }
  const auto table = gains(fake.table(), "REAL").gains;
  ASSERT_EQ(table.size(), 4U);
  using Side = Bounded::Side;
  EXPECT_EQ(table[1].value->per_image.side, Side::over);
  EXPECT_DOUBLE_EQ(table[1].value->per_image.value, 9000.0 / 5000);
  EXPECT_TRUE(std::isinf(table[1].value->per_image.number()));
  EXPECT_EQ(table[3].value->per_image.side, Side::under);
  EXPECT_DOUBLE_EQ(table[3].value->per_image.value, -900.0 / 20000);
  EXPECT_EQ(table[1].step->per_image->side, Side::over);
  EXPECT_NEAR(table[1].step->per_image->value, (10000 - table[0].equivalent->images) / 3000, 1e-12);
  EXPECT_FALSE(table[2].step->per_image) << "both lie beyond the curve";
  EXPECT_EQ(table[3].step->per_image->side, Side::under) << "from beyond one end to beyond the other";
  EXPECT_DOUBLE_EQ(table[3].step->per_image->value, -9900.0 / 11000);
}

TEST(Gains, ReadTheCurveInSeveralWays) {
  const stats::Interval close{1000, 1090}, apart{1000, 1110};
  EXPECT_FALSE(disagree(close));
  EXPECT_TRUE(disagree(apart));
  const double none = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(disagree({25, none})) << "one reading sees no gain";
  EXPECT_FALSE(disagree({none, none}));
  FakeTable fake(8000);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(100, 0, seed, 0.3);
    fake.add_mixture(1000, 0, seed, 0.31);
    fake.add_mixture(10000, 0, seed, 0.7);
    fake.add_mixture(1000, 5000, seed, 0.35);
  }
  const Gain gain = gains(fake.table(), "REAL").gains.at(0);
  const Equivalent& worth = *gain.equivalent;
  EXPECT_GT(worth.by_cubic, 1.1 * worth.images) << "a smooth curve leaves a flat stretch slowly";
  EXPECT_EQ(worth.readings().low, worth.images);
  EXPECT_EQ(worth.readings().high, worth.by_cubic);
  EXPECT_TRUE(disagree(gain.rate->readings));
  EXPECT_NEAR(gain.rate->readings.low, 5000 / (worth.by_cubic - 1000), 1e-9);
  EXPECT_NEAR(gain.rate->readings.high, *gain.rate->rate, 1e-9);
  Equivalent beyond = worth;
  beyond.images = none;
  EXPECT_FALSE(disagree(beyond.readings())) << "beyond the curve there is nothing to read";
}

TEST(Gains, ANegativeGainHasNoRateAndNoBound) {
  FakeTable fake(4000);
  add_curve(fake, 3);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) fake.add_mixture(1000, 5000, seed, 0.4);
  const Gain gain = gains(fake.table(), "REAL").gains.at(0);
  EXPECT_LT(gain.change->difference.mean, 0);
  EXPECT_LT(gain.equivalent->images, 1000);
  ASSERT_TRUE(gain.rate.has_value());
  EXPECT_FALSE(gain.rate->rate.has_value());
  EXPECT_TRUE(std::isinf(gain.rate->interval.high));
}

TEST(Gains, BeyondTheCurveOnlyABoundIsKnown) {
  FakeTable fake(4000);
  add_curve(fake, 3);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(10000, 5000, seed, 0.85);
    fake.add_mixture(0, 5000, seed, 0.15);
  }
  const auto table = gains(fake.table(), "REAL");
  ASSERT_EQ(table.gains.size(), 2U);
  EXPECT_EQ(table.gains[0].own, 0U);
  EXPECT_FALSE(table.gains[0].change.has_value()) << "nothing was trained on no image at all";
  EXPECT_EQ(table.gains[0].equivalent->images, 0) << "worth less than the curve's first point";
  EXPECT_FALSE(table.gains[0].rate.has_value());
  EXPECT_TRUE(std::isinf(table.gains[1].equivalent->images));
  EXPECT_EQ(*table.gains[1].rate->rate, 0);
}

TEST(Gains, OneSeedIsTestedByMcNemar) {
  FakeTable fake(1000);
  add_curve(fake, 1);
  fake.add_mixture(100, 50, 1, 0.36);
  const ResultTable& table = fake.table();
  const Gain gain = gains(table, "REAL").gains.at(0);
  const auto expected =
      stats::mcnemar(stats::discordant(table.truth.at("REAL"), table.results[3].predicted, table.results[0].predicted));
  EXPECT_EQ(gain.change->p, expected.p);
  EXPECT_TRUE(std::isfinite(gain.change->interval.low));
  EXPECT_TRUE(std::isinf(gain.change->detectable));
}

TEST(Gains, PValuesAreAdjustedOverTheWholeTable) {
  FakeTable fake(400);
  add_curve(fake, 3);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(100, 50, seed, 0.34);
    fake.add_mixture(1000, 50, seed, 0.5);
    fake.add_mixture(10000, 50, seed, 0.71);
  }
  const auto table = gains(fake.table(), "REAL");
  ASSERT_EQ(table.gains.size(), 3U);
  double least = 1, least_adjusted = 1;
  for (const Gain& gain : table.gains) {
    EXPECT_GE(gain.p_holm, gain.change->p);
    least = std::min(least, gain.change->p);
    least_adjusted = std::min(least_adjusted, gain.p_holm);
  }
  EXPECT_NEAR(least_adjusted, std::min(1.0, 3 * least), 1e-12);
}

TEST(Gains, OnlySeedsThatAllHaveCount) {
  FakeTable fake(200);
  add_curve(fake, 3);
  fake.add_mixture(100, 50, 2, 0.5);
  fake.add_mixture(100, 50, 3, 0.5);
  EXPECT_EQ(gains(fake.table(), "REAL").gains.at(0).seeds, 2U);
  fake.add_mixture(1000, 50, 9, 0.5);
  const auto none = gains(fake.table(), "REAL");
  EXPECT_TRUE(none.gains.empty());
  ASSERT_EQ(none.left_out.size(), 1U);
  EXPECT_EQ(none.left_out[0].title, "LeNet");
  EXPECT_EQ(none.left_out[0].reason, "the training sets that are compared have no seed in common");
}

TEST(Gains, AreOneFamily) {
  FakeTable fake(400);
  for (const char* classifier : {"lenet", "nn"}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      fake.add_mixture(100, 0, seed, 0.4, "REAL", 0, classifier);
      fake.add_mixture(100, 50, seed, 0.5, "REAL", 0, classifier);
      fake.add_mixture(100, 90, seed, 0.4, "REAL", 0, classifier);
    }
  }
  const auto table = gains(fake.table(), "REAL");
  ASSERT_EQ(table.gains.size(), 4U);
  for (const Gain& gain : table.gains) {
    const PairedDifference& change = *gain.change;
    EXPECT_EQ(change.family, 4U) << "of both classifiers";
    EXPECT_LT(change.simultaneous.low, change.interval.low);
    EXPECT_EQ(change.simultaneous.low > 0 || change.simultaneous.high < 0, 4 * change.p < 0.05) << "Bonferroni";
    EXPECT_LE(gain.p_holm, std::min(1.0, 4 * change.p)) << "Holm finds what Bonferroni finds";
    EXPECT_NEAR(change.detectable, stats::detectable_effect(change.estimate, 0.8, 0.05 / 4), 1e-12);
  }
}

TEST(Substitutions, CompareTheLargestEqualAmounts) {
  FakeTable fake(4000);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const double n : {100.0, 1000.0}) {
      fake.add_mixture(n, 0, seed, n == 100 ? 0.5 : 0.8);
      fake.add_mixture(0, n, seed, n == 100 ? 0.4 : 0.6);
      fake.add_mixture(n, 0, seed, 0.7, "FAKE");
    }
    fake.add_mixture(0, 5000, seed, 0.9);
  }
  const auto found = substitutions(fake.table(), "REAL");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].images, 1000U);
  EXPECT_EQ(found[0].other_source, "FAKE");
  EXPECT_NEAR(found[0].score, 0.75, 0.02);
  EXPECT_LT(found[0].score_interval.low, found[0].score);
  EXPECT_GT(found[0].score_interval.high, found[0].score);
  ASSERT_TRUE(found[0].reverse.has_value());
  EXPECT_NEAR(found[0].reverse->accuracy.mean, 0.7, 0.03);
  ASSERT_EQ(found[0].classes.size(), 2U);
  for (const auto& one : found[0].classes) {
    EXPECT_NEAR(one.recall.estimate.mean, -0.2, 0.05);
    EXPECT_NEAR(one.own.recall.mean + one.recall.estimate.mean, one.other.recall.mean, 1e-12);
    EXPECT_NEAR(one.own.f1.mean + one.f1.estimate.mean, one.other.f1.mean, 1e-12);
    EXPECT_LT(one.f1.interval.high, 0);
    EXPECT_FALSE(one.as_well);
  }
  EXPECT_TRUE(substitutions(fake.table(), "FAKE").empty());
}

// A classifier that calls everything by one class recognises all of its images, and has not learned the class.
TEST(Substitutions, JudgeClassesByF1) {
  FakeTable fake(400);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    fake.add_mixture(100, 0, seed, 0.8);
    fake.add_mixture_predicted(0, 100, seed, std::vector<std::int32_t>(400, 1));
  }
  const auto classes = substitutions(fake.table(), "REAL").at(0).classes;
  EXPECT_GT(classes[1].recall.interval.low, 0) << "higher";
  EXPECT_LT(classes[1].f1.interval.high, 0) << "and worse";
}

TEST(Substitutions, AreAsGoodOnlyWhereThatIsShown) {
  const auto shown = [](std::size_t images, double other) {
    FakeTable fake(images);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      fake.add_mixture(100, 0, seed, 0.8);
      fake.add_mixture(0, 100, seed, other);
    }
    return substitutions(fake.table(), "REAL").at(0).classes[0].as_well;
  };
  EXPECT_TRUE(shown(40'000, 0.8));
  EXPECT_FALSE(shown(40'000, 0.83));
  EXPECT_FALSE(shown(500, 0.8)) << "no difference is found, and none is ruled out";
}

TEST(Substitutions, WithoutACommonSeedAreNone) {
  FakeTable fake(100);
  fake.add_mixture(100, 0, 1, 0.5);
  fake.add_mixture(0, 100, 2, 0.4);
  EXPECT_TRUE(substitutions(fake.table(), "REAL").empty()) << "a study that is not finished";
}

}  // namespace
}  // namespace ersatz::analysis
