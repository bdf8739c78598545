#include "analysis/first_seed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/fake_study.hpp"

namespace ersatz::analysis {
namespace {

using ::testing::ElementsAre;

struct Read {
  Read() {
    study.seeds = {3, 1};
    study.right = {{"lenet REAL REAL", .8}, {"nn REAL REAL", .4}};
    study.write();
    table = read_results(study.folder());
  }
  FakeStudy study;
  ResultTable table;
};

TEST(FirstSeed, IsThatOfThePlanWithItsProbabilities) {
  const Read read;
  for (const Cell& cell : read.table.cells) {
    const FirstSeed seed = first_seed(read.table, cell);
    EXPECT_EQ(seed.result->seed, 3U);
    const Matrix probabilities = seed.result->predictions.probabilities();
    ASSERT_EQ(seed.sure.size(), probabilities.rows);
    for (std::size_t i = 0; i < probabilities.rows; ++i) {
      EXPECT_EQ(seed.sure[i], *std::ranges::max_element(probabilities.row(i)));
    }
  }
}

TEST(FirstSeed, KnowsNotHowSureItIsWithoutProbabilities) {
  const Read read;
  std::filesystem::remove(read.table.results.front().predictions.file());
  EXPECT_TRUE(first_seed(read.table, read.table.cells.front()).sure.empty());
}

TEST(FirstSeed, ItsSurestMistakesAreWrongAndInOrder) {
  const Read read;
  const FirstSeed seed = first_seed(read.table, read.table.cells.front());
  const auto& truth = read.table.truth.at(seed.cell->test_on);
  const auto mistakes = surest_mistakes(seed, truth, 8);
  ASSERT_EQ(mistakes.size(), 8U);
  float before = 1;
  for (const std::uint32_t image : mistakes) {
    EXPECT_NE(seed.result->predicted[image], truth[image]);
    EXPECT_LE(seed.sure[image], before);
    before = seed.sure[image];
  }
  for (std::uint32_t image = 0; image < truth.size(); ++image) {
    if (std::ranges::find(mistakes, image) == mistakes.end() && seed.is_wrong(truth, image)) {
      EXPECT_LE(seed.sure[image], before);
    }
  }
  EXPECT_EQ(surest_mistakes(seed, truth, 1000).size(),
            seed.result->confusion.total() - seed.result->confusion.correct());
}

TEST(Samples, AreSpreadOverEachClass) {
  EXPECT_THAT(samples_of_classes({0, 1, 0, 0, 1, 0}, 3, 2), ElementsAre(0, 3, 1, 4));
  EXPECT_THAT(samples_of_classes({0, 0}, 1, 5), ElementsAre(0, 1)) << "all that there are";
}

TEST(ImagesToShow, AreWithinTheirNumberAndInOrderAndHaveWhatIsShown) {
  const Read read;
  const auto& truth = read.table.truth.at("REAL");
  for (const std::size_t most : {0U, 5U, 60U, 200U, 1000U}) {
    const auto images = images_to_show(read.table, "REAL", most);
    EXPECT_LE(images.size(), most);
    EXPECT_TRUE(std::ranges::is_sorted(images));
    EXPECT_EQ(std::ranges::adjacent_find(images), images.end());
  }
  const auto images = images_to_show(read.table, "REAL", 1000);
  const std::set<std::uint32_t> chosen(images.begin(), images.end());
  for (const std::uint32_t image : samples_of_classes(truth, read.table.study.classes.size(), kSamplesShown)) {
    EXPECT_TRUE(chosen.contains(image));
  }
  for (const Cell& cell : read.table.cells) {
    if (cell.test_on != "REAL") continue;
    const FirstSeed seed = first_seed(read.table, cell);
    for (const std::uint32_t image : surest_mistakes(seed, truth, kMistakesShown)) EXPECT_TRUE(chosen.contains(image));
    // Of every entry of the confusion matrix as many as are shown, or all that there are.
    std::map<std::pair<int, int>, std::size_t> all, shown;
    for (std::uint32_t image = 0; image < truth.size(); ++image) {
      const std::pair entry{truth[image], seed.result->predicted[image]};
      ++all[entry];
      shown[entry] += chosen.contains(image) ? 1 : 0;
    }
    for (const auto& [entry, n] : all) EXPECT_GE(shown[entry], std::min(n, kExamplesShown));
  }
  EXPECT_TRUE(images_to_show(read.table, "elsewhere", 10).empty());
}

}  // namespace
}  // namespace ersatz::analysis
