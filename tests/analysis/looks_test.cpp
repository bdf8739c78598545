#include "analysis/looks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analysis/fake_study.hpp"

namespace ersatz::analysis {
namespace {

TEST(SurestLooks, AreOneRightAndOneWrongImageOfEveryClass) {
  FakeStudy study;
  study.write();
  const ResultTable table = read_results(study.folder());
  FirstSeed seed = first_seed(table, table.cells.front());
  // The study is equally sure of all.
  for (std::size_t i = 0; i < seed.sure.size(); ++i) seed.sure[i] = static_cast<float>(i * 37 % 200) / 200;
  const auto& truth = table.truth.at(seed.cell->test_on);
  const auto looks = surest_looks(seed, truth, study.classes.size());
  ASSERT_EQ(looks.size(), 2 * study.classes.size());
  for (std::size_t i = 0; i < looks.size(); ++i) {
    EXPECT_EQ(looks[i].truth, static_cast<std::int32_t>(i / 2));
    EXPECT_EQ(looks[i].right, i % 2 == 0);
    EXPECT_EQ(truth[looks[i].image], looks[i].truth);
    EXPECT_EQ(seed.is_wrong(truth, looks[i].image), !looks[i].right);
    for (std::uint32_t other = 0; other < truth.size(); ++other) {
      if (truth[other] != looks[i].truth || seed.is_wrong(truth, other) == looks[i].right) continue;
      EXPECT_LE(seed.sure[other], seed.sure[looks[i].image]);
    }
  }
}

TEST(SurestLooks, OfAClassThatIsAlwaysRightThereIsNoWrongOne) {
  FakeStudy study;
  study.right = {{"nn REAL REAL", 1}};
  study.write();
  const ResultTable table = read_results(study.folder());
  const FirstSeed seed = first_seed(table, table.cells.front());
  for (const Look& look : surest_looks(seed, table.truth.at(seed.cell->test_on), study.classes.size())) {
    EXPECT_TRUE(look.right);
  }
}

std::vector<std::string> names(const std::vector<const Cell*>& cells) {
  std::vector<std::string> names;
  for (const Cell* cell : cells) names.push_back(cell->classifier + " " + cell->train_on + " " + cell->test_on);
  return names;
}

TEST(CellsToExplain, AreTheRealSourceAndTheOthersAloneWithTheMostImages) {
  using Kind = study::Amount::Kind;
  FakeStudy study;
  study.training_sets = {{"FAKE", {{"FAKE", {}}}},
                         {"500R", {{"REAL", {Kind::count, 500}}}},
                         {"REAL", {{"REAL", {}}}},
                         {"both", {{"FAKE", {}}, {"REAL", {}}}}};
  study.write();
  const ResultTable table = read_results(study.folder());
  const auto convolutional = [](const std::string& name) { return name == "lenet"; };
  EXPECT_THAT(names(cells_to_explain(table, 3, convolutional)),
              ::testing::ElementsAre("lenet REAL REAL", "lenet FAKE REAL"));
  EXPECT_THAT(names(cells_to_explain(table, 1, convolutional)), ::testing::ElementsAre("lenet REAL REAL"));
  EXPECT_THAT(cells_to_explain(table, 3, [](const std::string&) { return false; }), ::testing::IsEmpty());
}

}  // namespace
}  // namespace ersatz::analysis
