// Which images are kept, on made-up probabilities.

#include "study/keep_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "study/keep.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;

Keep by(KeepBy way, double share = 0.5, bool per_class = true) { return {way, share, per_class}; }

class KeepOrder : public ::testing::Test {
 protected:
  std::vector<std::uint32_t> kept(const Keep& keep) const {
    return kept_places(keep, probability_scores(keep, probabilities_, labels_), labels_);
  }
  // Of the label: class 0 .9, .2, .6, .5; class 1 .1, .3, .8, .35. The largest: .9, .8, .6, .5, .9, .7, .8, .65.
  const Matrix probabilities_{8, 2, {.9F, .1F, .2F, .8F, .6F, .4F, .5F, .5F, .9F, .1F, .7F, .3F, .2F, .8F, .65F, .35F}};
  const std::vector<std::int32_t> labels_{0, 0, 0, 0, 1, 1, 1, 1};
};

TEST_F(KeepOrder, ByTheProbabilityOfTheLabel) {
  EXPECT_THAT(kept(by(KeepBy::agreement)), ElementsAre(0, 2, 6, 7));
  EXPECT_THAT(kept(by(KeepBy::hardest)), ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(kept(by(KeepBy::agreement, 0.25)), ElementsAre(0, 6));
}

TEST_F(KeepOrder, ByTheLargestProbability) { EXPECT_THAT(kept(by(KeepBy::confidence)), ElementsAre(0, 1, 4, 6)); }

// Medians: class 0 .55, class 1 .325.
TEST_F(KeepOrder, ByNearnessToTheMedianOfTheClass) { EXPECT_THAT(kept(by(KeepBy::middle)), ElementsAre(2, 3, 5, 7)); }

TEST_F(KeepOrder, OfAllClassesTogether) {
  EXPECT_THAT(kept(by(KeepBy::agreement, 0.5, false)), ElementsAre(0, 2, 3, 6));
  // The median of all is .425, of which .35, .3, .5 and .6 are nearest.
  EXPECT_THAT(kept(by(KeepBy::middle, 0.5, false)), ElementsAre(2, 3, 5, 7));
}

TEST_F(KeepOrder, OfEqualScoresTheFirst) {
  EXPECT_THAT(kept_places(by(KeepBy::agreement), std::vector<double>(8, 0.5), labels_), ElementsAre(0, 1, 4, 5));
}

TEST(KeptOfClasses, AddUpToTheShareOfAll) {
  EXPECT_THAT(kept_of_classes({5, 5, 5, 5}, 0.5), ElementsAre(3, 3, 2, 2));
  EXPECT_THAT(kept_of_classes({1000, 10, 0}, 0.1), ElementsAre(100, 1, 0));
  EXPECT_THAT(kept_of_classes({}, 0.5), ElementsAre());
  EXPECT_EQ(kept_of(10000, 0.5), 5000U);
  for (const double share : {0.001, 0.29, 0.5, 0.999}) {
    const std::vector<std::size_t> sizes{3, 17, 1, 40, 0, 8};
    const auto kept = kept_of_classes(sizes, share);
    EXPECT_EQ(std::accumulate(kept.begin(), kept.end(), std::size_t{0}), kept_of(69, share)) << share;
    for (std::size_t c = 0; c < sizes.size(); ++c) EXPECT_LE(kept[c], sizes[c]);
  }
}

}  // namespace
}  // namespace ersatz::study
