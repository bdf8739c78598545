// Near copies in data sets with known ones.

#include "data/near/near_copies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "data/codec/encode_png.hpp"
#include "data/make_data.hpp"
#include "data/near/perceptual_hash.hpp"
#include "data/near/pictures.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using testing::Files;
using testing::smooth_picture;

constexpr ImageShape kShape{32, 32};
using Pixels = std::vector<std::uint8_t>;

std::string png(const Pixels& pixels, ImageShape shape = kShape) { return encode_png(pixels, shape); }

class NearCopiesTest : public ::testing::Test {
 protected:
  DataSet open(const Files& files) {
    return testing::open_path(testing::write_tree(scratch_ / "in", files), scratch_ / "cache");
  }
  testing::ScratchFolder scratch_;
};

std::size_t pairs_between(const NearReport& report, std::size_t first, std::size_t second) {
  for (const NearCopies& copies : report.copies) {
    if (copies.first == first && copies.second == second) return copies.pairs;
  }
  return 0;
}

TEST_F(NearCopiesTest, AreFoundWithinAndAcrossSplitsAndSources) {
  const Pixels one = smooth_picture(1), two = smooth_picture(2);
  const DataSet set = open({{"train/G/c/1.png", png(one)},
                            {"train/G/c/2.png", png(smooth_picture(50))},
                            {"train/R/c/1.png", png(two)},
                            {"train/R/c/2.png", png(testing::brighter(two, 2))},
                            {"train/R/c/3.png", png(two) + "the same pixels in another file"},
                            {"test/R/c/1.png", png(testing::through_jpeg(one, kShape, 75))},
                            {"test/R/c/2.png", png(testing::through_jpeg(two, kShape, 50))},
                            {"test/R/c/3.png", png(smooth_picture(60))},
                            {"test/R/c/4.png", png(two)}});
  const NearReport report = find_near_copies(set);
  // Splits: G train, R train, R test.
  ASSERT_EQ(report.splits.size(), 3U);
  EXPECT_EQ(pairs_between(report, 0, 0), 0U);
  EXPECT_EQ(pairs_between(report, 1, 1), 3U) << "three that are alike";
  EXPECT_EQ(pairs_between(report, 0, 2), 1U);
  EXPECT_EQ(pairs_between(report, 1, 2), 6U);
  EXPECT_EQ(pairs_between(report, 2, 2), 1U);
  EXPECT_EQ(report.tests_in_training, (std::vector<std::vector<std::size_t>>{{0, 1}, {0, 2}}));
  EXPECT_EQ(test_images_without_near_copy(set.source("R")), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_TRUE(test_images_without_near_copy(set.source("G")).empty());
  for (const NearCopies& copies : report.copies) {
    if (copies.first != 1 || copies.second != 1) continue;
    ASSERT_EQ(copies.closest.size(), 1U) << "equal images are not listed";
    EXPECT_EQ(copies.closest[0].first, 0U);
    EXPECT_EQ(copies.closest[0].second, 1U);
    EXPECT_NEAR(copies.closest[0].levels, 2, 0.1);
  }
}

// What a change does to 100 pictures: how many of them are still near copies.
int still_found(const std::function<Pixels(const Pixels&)>& change) {
  int found = 0;
  for (std::uint64_t number = 0; number < 100; ++number) {
    const Pixels before = smooth_picture(number), after = change(before);
    const Look a = look_at(before, kShape), b = look_at(after, kShape);
    found += std::popcount(a.hash ^ b.hash) <= kMostBits && difference(a.copy, b.copy) <= kMostLevels * 768;
  }
  return found;
}

// (docs/design.md has the same of CIFAKE's images.)
TEST(NearCopiesRule, SurvivesJpegAndBrightnessAndHardlyAnyMovement) {
  EXPECT_EQ(still_found([](const Pixels& p) { return testing::through_jpeg(p, kShape, 75); }), 100);
  EXPECT_GE(still_found([](const Pixels& p) { return testing::through_jpeg(p, kShape, 40); }), 90);
  EXPECT_EQ(still_found([](const Pixels& p) { return testing::brighter(p, 2); }), 100);
  EXPECT_EQ(still_found([](const Pixels& p) { return testing::brighter(p, 20); }), 0);
  const int by_one = still_found([](const Pixels& p) { return testing::shifted(p, kShape, 1); });
  EXPECT_GT(by_one, 20);
  EXPECT_LT(by_one, 100);
  EXPECT_LT(still_found([](const Pixels& p) { return testing::shifted(p, kShape, 3); }), 5);
  EXPECT_LT(still_found([](const Pixels& p) { return testing::cropped(p, kShape, 4); }), 5);
}

TEST_F(NearCopiesTest, AreThoseThatComparingAllWithAllFinds) {
  Files files;
  for (int i = 0; i < 240; ++i) {
    const Pixels base = smooth_picture(static_cast<std::uint64_t>(i / 6));
    const Pixels image = i % 6 < 3 ? testing::brighter(base, 3 * (i % 6)) : testing::shifted(base, kShape, i % 6 - 2);
    const std::string folder = i % 4 == 0 ? "test/S/c/" : i % 4 == 1 ? "train/T/c/" : "train/S/c/";
    files.emplace_back(folder + std::to_string(1000 + i) + ".png", png(image));
  }
  const DataSet set = open(files);
  const NearReport report = find_near_copies(set);
  const auto store_of = [&](std::size_t s) {
    return set.sources[report.splits[s].source].split(report.splits[s].split);
  };
  std::size_t all = 0;
  for (std::size_t s = 0; s < report.splits.size(); ++s) {
    for (std::size_t t = s; t < report.splits.size(); ++t) {
      std::size_t pairs = 0;
      for (std::size_t i = 0; i < store_of(s)->size(); ++i) {
        for (std::size_t j = s == t ? i + 1 : 0; j < store_of(t)->size(); ++j) {
          const Look a = look_at(store_of(s)->image(i), kShape), b = look_at(store_of(t)->image(j), kShape);
          pairs += std::popcount(a.hash ^ b.hash) <= kMostBits && difference(a.copy, b.copy) <= kMostLevels * 768;
        }
      }
      EXPECT_EQ(pairs_between(report, s, t), pairs) << s << ' ' << t;
      all += pairs;
    }
  }
  EXPECT_GT(all, 150U);
}

// All flat images have the same hash: comparing all with all would be 4.5 million pairs here, 7 thousand million in a
// data set of CIFAKE's size.
TEST_F(NearCopiesTest, FlatImagesCountAsCopiesWhereTheyAreEqual) {
  Files files;
  for (int i = 0; i < 3000; ++i) {
    const Pixels image(16 * 16 * 3, static_cast<std::uint8_t>(i % 250));
    files.emplace_back("train/S/c/" + std::to_string(i) + ".png", png(image, {16, 16}));
  }
  files.emplace_back("test/S/c/1.png", png(Pixels(16 * 16 * 3, 7), {16, 16}));
  files.emplace_back("test/S/c/2.png", png(Pixels(16 * 16 * 3, 255), {16, 16}));
  const DataSet set = open(files);
  const NearReport report = find_near_copies(set);
  EXPECT_EQ(report.flat, 3002U);
  EXPECT_EQ(pairs_between(report, 0, 0), 250U * (12 * 11 / 2));
  EXPECT_EQ(pairs_between(report, 0, 1), 12U);
  EXPECT_EQ(report.tests_in_training[0][0], 1U);
  EXPECT_EQ(test_images_without_near_copy(set.source("S")), std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace ersatz::data
