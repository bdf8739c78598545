#include "data/selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "data/batch_source.hpp"
#include "data/data_set.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using Indices = std::vector<std::uint32_t>;

/// A store with 12 images of class 0, 7 of class 1 and 3 of class 2.
class Selections : public ::testing::Test {
 protected:
  Selections() {
    testing::Files files;
    int number = 0;
    for (const auto& [name, count] : {std::pair("a", 12), std::pair("b", 7), std::pair("c", 3)}) {
      for (int i = 0; i < count; ++i) {
        files.emplace_back("train/S/" + std::string(name) + "/" + std::to_string(100 + i) + ".png",
                           testing::png_image(number++));
      }
    }
    set_ = testing::open_path(testing::write_tree(scratch_ / "in", files), scratch_ / "cache");
    all_.resize(store().size());
    std::iota(all_.begin(), all_.end(), 0U);
  }
  const ImageStore& store() const { return *set_.source("S").train; }
  std::map<std::int32_t, std::size_t> per_class(const Indices& indices) const {
    std::map<std::int32_t, std::size_t> counts;
    for (const std::uint32_t i : indices) ++counts[store().labels()[i]];
    return counts;
  }

  testing::ScratchFolder scratch_;
  DataSet set_;
  Indices all_;
};

bool contains(const Indices& large, const Indices& small) {
  return std::includes(large.begin(), large.end(), small.begin(), small.end());
}

TEST_F(Selections, HoldOutOfAChoiceIsBalancedAndNested) {
  for (const std::uint64_t seed : {1, 2}) {
    Holdout before;
    for (std::size_t total = 1; total <= store().size(); ++total) {
      const Indices chosen = choose_balanced(store(), all_, total, seed);
      const Holdout parts = hold_out_chosen(store(), chosen, 0.25, seed);
      Indices both = parts.training;
      both.insert(both.end(), parts.validation.begin(), parts.validation.end());
      std::sort(both.begin(), both.end());
      EXPECT_EQ(both, chosen) << "each image is on one side";
      EXPECT_TRUE(contains(parts.validation, before.validation) && contains(parts.training, before.training)) << total;
      EXPECT_EQ(per_class(parts.training).size(), per_class(chosen).size()) << "no class loses all";
      before = parts;
    }
    // Class r of 3 gives floor(n / 4 + r / 3): of 12, 7 and 3 images.
    EXPECT_EQ(per_class(before.validation), (std::map<std::int32_t, std::size_t>{{0, 3}, {1, 2}, {2, 1}}));
  }
  // Spread evenly they are exactly the share: of 3 x 2 images floor(1.5), of 3 x 3 floor(2.25).
  EXPECT_EQ(hold_out_chosen(store(), choose_balanced(store(), all_, 6, 1), 0.25, 1).validation.size(), 1U);
  EXPECT_EQ(hold_out_chosen(store(), choose_balanced(store(), all_, 9, 1), 0.25, 1).validation.size(), 2U);
  EXPECT_NE(hold_out_chosen(store(), all_, 0.25, 1).validation, hold_out_chosen(store(), all_, 0.25, 2).validation);
  EXPECT_THROW(hold_out_chosen(store(), all_, 0, 1), Error);
  EXPECT_THROW(hold_out_chosen(store(), all_, 1, 1), Error);
}

TEST_F(Selections, HoldOutTakesTheFirstShareOfEachClass) {
  const Holdout parts = hold_out(store(), 0.3);
  EXPECT_EQ(parts.validation, (Indices{0, 1, 2, 12, 13}));  // floor(3.6), floor(2.1), floor(0.9)
  Indices both = parts.training;
  both.insert(both.end(), parts.validation.begin(), parts.validation.end());
  std::sort(both.begin(), both.end());
  EXPECT_EQ(both, all_);
  EXPECT_TRUE(hold_out(store(), 0).validation.empty());
  EXPECT_THROW(hold_out(store(), 1), Error);
  EXPECT_THROW(hold_out(store(), -0.1), Error);
}

// 0.7 / 3 * 3, 1.0 / 3 and the like lie just below what they mean.
TEST_F(Selections, HoldOutIsNotLedAstrayByBinaryFractions) {
  EXPECT_EQ(per_class(hold_out(store(), 1.0 / 3).validation),
            (std::map<std::int32_t, std::size_t>{{0, 4}, {1, 2}, {2, 1}}));
}

TEST_F(Selections, ChoicesPerClassAreNestedAndDependOnTheSeed) {
  Indices smaller;
  for (std::size_t n = 0; n <= 13; ++n) {
    const Indices chosen = choose_per_class(store(), all_, n, 5);
    EXPECT_TRUE(contains(chosen, smaller)) << n;
    EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
    EXPECT_EQ(chosen.size(), std::min<std::size_t>(n, 12) + std::min<std::size_t>(n, 7) + std::min<std::size_t>(n, 3));
    smaller = chosen;
  }
  EXPECT_EQ(choose_per_class(store(), all_, 4, 5), choose_per_class(store(), all_, 4, 5));
  EXPECT_NE(choose_per_class(store(), all_, 4, 5), choose_per_class(store(), all_, 4, 6));
}

TEST_F(Selections, ChoicesComeFromTheGivenImages) {
  const Holdout parts = hold_out(store(), 0.3);
  EXPECT_TRUE(contains(parts.training, choose_per_class(store(), parts.training, 5, 1)));
  EXPECT_TRUE(contains(parts.training, choose_balanced(store(), parts.training, 10, 1)));
}

TEST_F(Selections, BalancedChoicesAreNestedAndAsEvenAsTheClassesAllow) {
  Indices smaller;
  for (std::size_t total = 0; total <= all_.size(); ++total) {
    const Indices chosen = choose_balanced(store(), all_, total, 3);
    ASSERT_EQ(chosen.size(), total);
    EXPECT_TRUE(contains(chosen, smaller)) << total;
    smaller = chosen;
  }
  EXPECT_EQ(per_class(choose_balanced(store(), all_, 7, 3)),
            (std::map<std::int32_t, std::size_t>{{0, 3}, {1, 2}, {2, 2}}));
  EXPECT_EQ(per_class(choose_balanced(store(), all_, 14, 3)),
            (std::map<std::int32_t, std::size_t>{{0, 6}, {1, 5}, {2, 3}}));
  EXPECT_EQ(choose_balanced(store(), all_, 9, 3), choose_per_class(store(), all_, 3, 3));
  EXPECT_THROW(choose_balanced(store(), all_, 23, 3), Error);
}

TEST_F(Selections, SelectAndJoinKeepImagesWithTheirLabels) {
  const Selection joined = join(select(store(), {20, 3}), select(store(), {12}));
  ASSERT_EQ(joined.size(), 3U);
  EXPECT_EQ(joined.labels, (std::vector<std::int32_t>{2, 0, 1}));
  EXPECT_EQ(joined.images[0].pixels().data(), store().image(20).data());
  EXPECT_EQ(joined.images[2].pixels().data(), store().image(12).data());
  EXPECT_EQ(join(Selection{}, joined).size(), 3U);
  EXPECT_EQ(select_all(store()).size(), 22U);
  Selection other = joined;
  other.shape = {9, 9};
  EXPECT_THROW(join(joined, other), Error);
}

TEST_F(Selections, APixelSourceFillsBatchesInTheOrderAsked) {
  PixelTransform transform;
  transform.channels = Channels::bgr;
  const PixelSource source(select(store(), {4, 15, 21}), transform);
  EXPECT_EQ(source.shape(), (std::array<int, 3>{3, 8, 8}));
  EXPECT_EQ(source.size(), 3U);
  std::vector<float> batch(2 * 192), one(192);
  source.fill(Indices{2, 0}, 1, batch.data());
  transform_pixels(transform, {8, 8}, store().image(21).data(), one.data());
  EXPECT_TRUE(std::equal(one.begin(), one.end(), batch.begin()));
  transform_pixels(transform, {8, 8}, store().image(4).data(), one.data());
  EXPECT_TRUE(std::equal(one.begin(), one.end(), batch.begin() + 192));
}

TEST(ShuffledOrder, IsAPermutationThatChangesWithSeedAndEpoch) {
  const auto order = shuffled_order(1000, 1, 1);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(sorted[i], i);
  EXPECT_EQ(order, shuffled_order(1000, 1, 1));
  EXPECT_NE(order, shuffled_order(1000, 1, 2));
  EXPECT_NE(order, shuffled_order(1000, 2, 1));
  EXPECT_TRUE(shuffled_order(0, 1, 1).empty());
}

}  // namespace
}  // namespace ersatz::data
