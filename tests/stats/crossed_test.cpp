#include "stats/crossed.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "stats/crossed_fixture.hpp"
#include "stats/multiple.hpp"
#include "stats/ratio.hpp"

namespace ersatz::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Right and wrong as strings of 1 and 0, [cells][seeds].
Crossed of(const std::vector<std::vector<std::string>>& cells) {
  return Crossed(cells.size(), cells[0].size(), cells[0][0].size(),
                 [&](std::size_t c, std::size_t s, std::span<double> out) {
                   for (std::size_t i = 0; i < out.size(); ++i) out[i] = cells[c][s][i] == '1' ? 1 : 0;
                 });
}

void expect_equal(const CrossedEstimate& ours, const Json& theirs) {
  const auto near = [&](double value, const char* key) {
    const double expected = theirs.at(key);
    EXPECT_NEAR(value, expected, 2e-9 * std::max(1.0, std::abs(expected))) << key;
  };
  near(ours.mean, "mean");
  near(ours.of_seeds, "of_seeds");
  near(ours.of_images, "of_images");
  near(ours.residual, "residual");
  near(ours.standard_error, "standard_error");
  near(ours.df, "df");
  near(ours.interval().low, "low");
  near(ours.interval().high, "high");
  near(ours.p(), "p");
}

TEST(Crossed, EqualsAnAnalysisOfResiduals) {
  for (const Json& one : fixtures("crossed")) {
    const Crossed runs = crossed_of(one);
    for (const Json& contrast : one.at("contrasts")) {
      SCOPED_TRACE(contrast.dump());
      expect_equal(runs.contrast(contrast.at("weights").get<Numbers>()), contrast);
    }
  }
}

TEST(Crossed, RatiosAreWhereATestOfTheirDifferenceTurns) {
  for (const Json& one : fixtures("crossed")) {
    const Interval interval = ratio_interval(crossed_of(one), 1, 0);
    EXPECT_NEAR(interval.low, one.at("ratio")[0].get<double>(), 1e-9);
    EXPECT_NEAR(interval.high, one.at("ratio")[1].get<double>(), 1e-9);
  }
}

// Where every image has the value of its seed alone, images say nothing and the analysis is Student's paired t test.
CrossedEstimate over_seeds(const Numbers& differences) {
  return Crossed(1, differences.size(), 1000,
                 [&](std::size_t, std::size_t s, std::span<double> out) { std::ranges::fill(out, differences[s]); })
      .cell(0);
}

TEST(Crossed, IsStudentsTestWhereImagesAreAlike) {
  for (const Json& one : fixtures("t_test")) {
    const auto first = one.at("first").get<Numbers>(), second = one.at("second").get<Numbers>();
    Numbers differences(first.size());
    for (std::size_t i = 0; i < first.size(); ++i) differences[i] = first[i] - second[i];
    const CrossedEstimate ours = over_seeds(differences);
    const Json& theirs = one.at("paired");
    EXPECT_NEAR(ours.p(), theirs.at("p").get<double>(), 1e-6);
    EXPECT_NEAR(ours.df, theirs.at("df").get<double>(), 1e-6);
    EXPECT_NEAR(ours.interval(0.9).low, theirs.at("interval")[0].get<double>(), 1e-7);
    EXPECT_NEAR(ours.interval(0.9).high, theirs.at("interval")[1].get<double>(), 1e-7);
  }
}

// 6 of 8 images right for one seed: x = MS_I = 8/7 x .75 x .25, t(7) = 2.364624.
TEST(Crossed, OfOneSeedKnowsOfImagesAlone) {
  const CrossedEstimate one = of({{"11101101"}}).cell(0);
  EXPECT_TRUE(one.images_only());
  EXPECT_EQ(one.df, 7);
  EXPECT_NEAR(one.standard_error, std::sqrt(.75 * .25 / 7), 1e-12);
  EXPECT_NEAR(one.interval().high, .75 + 2.364624 * one.standard_error, 1e-6);
  EXPECT_NEAR(share_interval(one).low, wilson_interval(6, 8).low, 1e-12);
}

// Two seeds that happen to be right equally often say nothing like "sure": the images still differ.
TEST(Crossed, IsNeverSurerThanTheImagesAlone) {
  const CrossedEstimate two = of({{"1100110010", "1010101010"}}).cell(0);
  EXPECT_EQ(two.of_seeds, 0);
  EXPECT_NEAR(two.standard_error, std::sqrt(two.of_images / 20), 1e-12);
  EXPECT_LT(two.interval().low, .35);
  EXPECT_GT(two.interval().high, .65);
}

// Of 100 images on which nothing was ever wrong, more may be wrong elsewhere: as Wilson's interval of 100 of 100.
TEST(Crossed, WhereNothingVariesIsNotCertain) {
  const std::string right(100, '1');
  const Crossed runs = of({{right, right}, {right, right}});
  EXPECT_NEAR(share_interval(runs.cell(0)).low, wilson_interval(100, 100).low, 1e-9);
  EXPECT_EQ(share_interval(runs.cell(0)).high, 1);
  const CrossedEstimate none = runs.difference(0, 1);
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.p(), 1);
  EXPECT_NEAR(none.interval().high, 1 - wilson_interval(100, 100).low, 1e-9);
  EXPECT_FALSE(is_equivalent(none, 0.02)) << "100 images do not show it";
  const CrossedEstimate all =
      of({{std::string(9, '0'), std::string(9, '0')}, {std::string(9, '1'), std::string(9, '1')}}).difference(0, 1);
  EXPECT_EQ(all.mean, 1);
  EXPECT_LT(all.interval().low, .8);
  EXPECT_LT(all.p(), .05);
}

TEST(Crossed, OfOneImageOrOfWhatIsNoNumberKnowsNothing) {
  const CrossedEstimate one = of({{"1", "0"}}).cell(0);
  EXPECT_EQ(one.p(), 1);
  EXPECT_EQ(one.interval().low, -kInfinity);
  const Crossed nan(1, 2, 3, [](auto, auto, std::span<double> out) { std::ranges::fill(out, std::nan("")); });
  EXPECT_EQ(nan.cell(0).interval().high, kInfinity);
  EXPECT_EQ(nan.cell(0).p(), 1);
}

TEST(Crossed, RefusesExactlyWhenTheIntervalLeavesOutZero) {
  for (const Json& one : fixtures("crossed")) {
    const CrossedEstimate d = crossed_of(one).difference(0, 1);
    for (const std::size_t m : {1U, 2U, 16U}) {
      const Interval interval = d.interval(simultaneous_level(m));
      EXPECT_EQ(static_cast<double>(m) * d.p() < .05, interval.low > 0 || interval.high < 0);
    }
  }
}

TEST(Crossed, EquivalenceIsAnIntervalWithinTheMargin) {
  const CrossedEstimate d = over_seeds({.01, .012, .008, .011, .009});  // t(4) = 2.1318 at 90 %, error .000707
  EXPECT_TRUE(is_equivalent(d, .01 + 2.1319 * std::sqrt(2.5e-6 / 5)));
  EXPECT_FALSE(is_equivalent(d, .01 + 2.1317 * std::sqrt(2.5e-6 / 5)));
  EXPECT_FALSE(is_equivalent(d, .012, .005)) << "a family asks for more";
}

TEST(Ratio, OfWhatMayBeZeroHasNoUpperEnd) {
  const Interval interval = ratio_interval(of({{"0000100000", "0010000000"}, {"1011111111", "1111110111"}}), 1, 0);
  EXPECT_EQ(interval.high, kInfinity);
  EXPECT_GT(interval.low, 0);
  EXPECT_EQ(ratio_interval(of({{"0000", "0000"}, {"1010", "0110"}}), 1, 0).high, kInfinity);
}

TEST(Ratio, OfACellToItselfIsOne) {
  const Interval same = ratio_interval(of({{"1101101101", "1011101011"}}), 0, 0);
  EXPECT_NEAR(same.low, 1, .75);
  EXPECT_LE(same.low, 1);
  EXPECT_GE(same.high, 1);
}

TEST(Crossed, RefusesWhatItCannotUse) {
  const Crossed runs = of({{"101", "110"}});
  EXPECT_THROW(runs.contrast(Numbers{1, -1}), Error);
  EXPECT_THROW(runs.cell(0).interval(1), Error);
  EXPECT_THROW(Crossed(0, 1, 1, [](auto, auto, auto) {}), Error);
}

}  // namespace
}  // namespace ersatz::stats
