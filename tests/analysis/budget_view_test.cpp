#include "analysis/budget_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/answer.hpp"
#include "analysis/budget_table.hpp"
#include "analysis/fake_study.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = BudgetView::Kind;
using View = BudgetRow::View;

// 500 and 2,000 REAL images alone, and 2,000 with 10,000 FAKE ones, which harm after 100 steps and help after 400.
class Budgets : public ::testing::Test {
 protected:
  Budgets() {
    const auto count = [](double n) { return study::Amount{study::Amount::Kind::count, n}; };
    study_.training_sets = {{"R500", {{"REAL", count(500)}}},
                            {"R2000", {{"REAL", count(2000)}}},
                            {"MIX", {{"FAKE", count(10000)}, {"REAL", count(2000)}}}};
    study_.classifiers = {"lenet"};
    study_.seeds = {1, 2, 3};
    study_.test_images = 600;
    study_.budgets = {100, 400, 1600};
    const auto set = [&](const std::string& name, const std::vector<double>& accuracies) {
      for (std::size_t i = 0; i < study_.budgets.size(); ++i) {
        const std::string at = " @" + std::to_string(study_.budgets[i]);
        study_.right["lenet " + name + " REAL" + at] = accuracies[i];
        study_.validation["lenet " + name + at] = accuracies[i];
      }
    };
    set("R500", {0.5, 0.5, 0.5});
    set("R2000", {0.7, 0.7, 0.7});
    set("MIX", {0.4, 0.9, 0.95});
  }
  static const Gain& mix(const std::vector<Gain>& gains) { return gains.back(); }

  FakeStudy study_;
};

TEST_F(Budgets, OfAListTheLargestIsReadUnlessAnotherIsAskedFor) {
  study_.write();
  const ResultTable table = read_results(study_.folder());
  EXPECT_EQ(table.budget.kind, Kind::equal);
  EXPECT_EQ(table.budget.steps, 1600);
  EXPECT_THAT(table.budget.budgets, ElementsAre(100, 400, 1600));
  EXPECT_THAT(table.runs, SizeIs(9)) << "a run for each seed and training set";
  EXPECT_THAT(table.cells, SizeIs(6));
  EXPECT_THAT(table.missing, IsEmpty()) << "those of other budgets are there";
  EXPECT_EQ(table.cells[0].seeds(), 3U);
  const ResultTable first = read_results(study_.folder(), 100);
  EXPECT_EQ(first.budget.steps, 100);
  EXPECT_LT(mix(gains(first, "REAL").gains).change->interval.high, 0);
  EXPECT_GT(mix(gains(table, "REAL").gains).change->interval.low, 0);
  EXPECT_THROW(read_results(study_.folder(), 101), Error);
}

TEST_F(Budgets, TheLargestOneMustBeThatOfAllArms) {
  study_.write();
  for (std::size_t run = 6; run < 9; ++run) std::filesystem::remove_all(study_.run_folder(run));  // R500 @1600
  const ResultTable table = read_results(study_.folder());
  EXPECT_EQ(table.budget.steps, 400);
  EXPECT_THAT(table.missing, SizeIs(3));
}

TEST_F(Budgets, OfALadderEachArmIsReadAtItsOwn) {
  study_.ladder = study::LadderRule{100, 3, 0.01};
  study_.write();
  const ResultTable table = read_results(study_.folder());
  EXPECT_EQ(table.budget.kind, Kind::converged);
  ASSERT_THAT(table.budget.arms, SizeIs(3));
  EXPECT_EQ(table.budget.arms[0].steps, 100) << "more steps gain nothing";
  EXPECT_TRUE(table.budget.arms[0].converged());
  EXPECT_EQ(table.budget.arms[2].steps, 1600);
  EXPECT_FALSE(table.budget.arms[2].converged());
  EXPECT_EQ(table.runs.front().spec.settings.steps, 100);
  EXPECT_EQ(table.runs.back().spec.settings.steps, 1600);
  EXPECT_THAT(table.study.runs, SizeIs(3 * 2 + 3 * 2 + 3 * 3)) << "two rungs of arms that gain nothing";
  EXPECT_EQ(mix(gains(table, "REAL").gains).seeds, 3U) << "differences pair seeds across budgets";
}

TEST_F(Budgets, StandSideBySideInATable) {
  study_.ladder = study::LadderRule{100, 3, 0.01};
  study_.write();
  const auto table = budget_table(study_.folder(), read_results(study_.folder()), "REAL");
  ASSERT_TRUE(table);
  const auto view = [](const BudgetRow& row) {
    return row.view == View::converged ? " until done " : row.view == View::epochs ? " epochs " : " ";
  };
  std::vector<std::string> rows;
  for (const BudgetRow& row : table->rows) {
    rows.push_back(row.train_on + view(row) + std::to_string(row.steps) + (row.chosen ? "*" : ""));
  }
  EXPECT_THAT(rows, ElementsAre("R500 100*", "R500 400", "R500 epochs 100*", "R500 until done 100*", "R2000 100*",
                                "R2000 400", "R2000 epochs 400", "R2000 until done 100*", "MIX 100", "MIX 400",
                                "MIX 1600*", "MIX epochs 1600*", "MIX until done 1600*"));
  EXPECT_DOUBLE_EQ(table->rows[9].validation->mean, 0.9);
  EXPECT_FALSE(table->rows[0].gain);
  EXPECT_TRUE(table->rows[8].gain->change);
  EXPECT_FALSE(table->rows[10].gain->change) << "no 2,000 images alone were trained for 1,600 steps";
  // 12.8 passes over 500 and over 2,000 images, 8.5 over 12,000.
  EXPECT_DOUBLE_EQ(*table->passes, 12.8);
  EXPECT_DOUBLE_EQ(table->rows[2].passes, 12.8);
  EXPECT_NEAR(table->rows[11].passes, 8.53, 0.01);
  EXPECT_NEAR(table->rows[11].gain->change->difference.mean, 0.25, 0.05) << "over 2,000 alone after 400 steps";
  const auto reversed = reversals(*table);
  ASSERT_THAT(reversed, SizeIs(1));
  EXPECT_EQ(reversed[0].harm->steps, 100);
  EXPECT_EQ(reversed[0].help->steps, 400);
}

TEST_F(Budgets, OfEqualEpochsEveryArmMustHaveAboutAsMany) {
  study_.training_sets[0].sources[0].second.value = 20;  // at least 320 passes, where 12,000 images have 8.5 at most
  study_.write();
  const ResultTable shown = read_results(study_.folder());
  const auto table = budget_table(study_.folder(), shown, "REAL");
  EXPECT_FALSE(table->passes);
  for (const BudgetRow& row : table->rows) EXPECT_EQ(row.view, View::steps);
}

// The table is the same whatever budget was read before, and what was read is read no second time.
TEST_F(Budgets, AreReadOnce) {
  study_.write();
  const auto steps_of = [](const std::optional<BudgetTable>& table) {
    std::vector<std::string> rows;
    for (const BudgetRow& row : table->rows) {
      rows.push_back(row.train_on + std::to_string(row.steps) + std::to_string(row.accuracy.mean));
    }
    return rows;
  };
  const ResultTable largest = read_results(study_.folder()), smallest = read_results(study_.folder(), 100);
  const auto expected = steps_of(budget_table(study_.folder(), largest, "REAL"));
  EXPECT_THAT(expected, SizeIs(3 * 3 + 3)) << "equal epochs, too";
  EXPECT_EQ(steps_of(budget_table(study_.folder(), smallest, "REAL")), expected);
  for (const study::RunRecord& run : smallest.runs) std::filesystem::remove(run.folder / "predictions-REAL.npy");
  EXPECT_EQ(steps_of(budget_table(study_.folder(), smallest, "REAL")), expected);
}

TEST_F(Budgets, AStudyWithOneIsWhatItWas) {
  study_.budgets.clear();
  study_.write();
  EXPECT_EQ(read_results(study_.folder()).budget.kind, Kind::only);
  EXPECT_FALSE(budget_table(study_.folder(), read_results(study_.folder()), "REAL"));
}

}  // namespace
}  // namespace ersatz::analysis
