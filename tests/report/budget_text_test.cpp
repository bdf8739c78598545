#include "report/budget_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_study.hpp"
#include "base/files.hpp"
#include "report/report.hpp"

namespace ersatz::report {
namespace {

using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Verdict = study::Climb::Verdict;

// 10,000 FAKE images harm after 100 steps and help after 400.
class BudgetText : public ::testing::Test {
 protected:
  BudgetText() {
    const auto count = [](double n) { return study::Amount{study::Amount::Kind::count, n}; };
    study_.training_sets = {{"R2000", {{"REAL", count(2000)}}},
                            {"MIX", {{"FAKE", count(8000)}, {"REAL", count(2000)}}}};
    study_.classifiers = {"lenet"};
    study_.seeds = {1, 2, 3};
    study_.test_images = 600;
    study_.budgets = {100, 400};
    study_.right = {{"lenet R2000 REAL @100", 0.7},
                    {"lenet R2000 REAL @400", 0.7},
                    {"lenet MIX REAL @100", 0.4},
                    {"lenet MIX REAL @400", 0.9}};
    study_.write();
    table_ = analysis::read_results(study_.folder());
  }

  analysis::Answer answer() const {
    analysis::Answer answer = analysis::answer(table_);
    answer.budgets = analysis::budget_table(study_.folder(), table_, answer.source);
    return answer;
  }

  FakeStudy study_;
  analysis::ResultTable table_;
};

TEST_F(BudgetText, SaysWhereTheBudgetDecides) {
  const analysis::Answer all = answer();
  const auto said = reversal_sentences(all);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_THAT(said[0], ContainsRegex("Whether 8,000 FAKE beside 2,000 images helps LeNet depends on the budget: "
                                     "-\\.[23][0-9]+ \\[.*\\] after 100 steps, \\+\\.[12][0-9]+ \\[.*\\] after 400; "
                                     "the table of budgets has all \\(n = 3 and 3\\)"));
  EXPECT_TRUE(is_reversed(all, all.gains.gains.at(0)));
  analysis::Answer one = all;
  one.budgets.reset();
  EXPECT_THAT(reversal_sentences(one), IsEmpty());
  EXPECT_FALSE(is_reversed(one, one.gains.gains.at(0)));
}

TEST_F(BudgetText, OfOneDirectionNothingIsSaid) {
  analysis::Answer all = answer();
  for (analysis::BudgetRow& row : all.budgets->rows) {
    if (row.gain && row.gain->change) row.gain->change->interval = {0.01, 0.1};
  }
  EXPECT_THAT(reversal_sentences(all), IsEmpty());
}

// 2,000 images have 3.2 passes after 100 steps, 10,000 have 2.6 after 400.
TEST_F(BudgetText, ThePageHasTheTableOfBudgets) {
  write_study_files(study_.folder(), table_);
  const std::string page = read_file(study_.folder() / "report.html");
  EXPECT_THAT(page, HasSubstr("Every budget: all numbers"));
  EXPECT_THAT(page, HasSubstr("gain over REAL alone"));
  EXPECT_THAT(page, HasSubstr("equal epochs: 400"));
  EXPECT_THAT(page, HasSubstr("depends on the budget"));
  EXPECT_THAT(page, HasSubstr("nearest to 3.2, within a factor of two"));
  const std::string csv = read_file(study_.folder() / "tables/budgets-REAL.csv");
  EXPECT_THAT(csv, HasSubstr(",verdict,passes\n"));
  EXPECT_THAT(csv, HasSubstr("lenet,MIX,epochs,400,3,"));
}

TEST_F(BudgetText, SaysWhichArmsAreNotDoneAndWhetherAllAre) {
  analysis::ResultTable table = table_;
  table.budget.kind = analysis::BudgetView::Kind::converged;
  const auto arm = [](const char* set, Verdict verdict) {
    analysis::ArmBudget one{"lenet", set, 400, {}};
    one.climb.verdict = verdict;
    one.climb.gains.resize(1);
    one.climb.gains[0].difference.n = 3;
    return one;
  };
  table.budget.arms = {arm("R2000", Verdict::not_converged), arm("MIX", Verdict::not_converged)};
  EXPECT_THAT(budget_notes(table), Contains("NOT CONVERGED, more steps may give more: all 2."));
  table.budget.arms[0].climb.verdict = Verdict::converged;
  EXPECT_THAT(budget_notes(table), Contains("NOT CONVERGED, more steps may give more: LeNet on MIX."));
}

}  // namespace
}  // namespace ersatz::report
