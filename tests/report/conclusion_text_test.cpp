#include "report/conclusion_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using analysis::FakeTable;
using testing::AllOf;
using testing::HasSubstr;

const study::Amount kAll{};

// Runs of a classifier on REAL and on FAKE alone, tested on REAL; one share of correct answers a seed.
void add(FakeTable& table, const std::string& classifier, const std::vector<double>& real,
         const std::vector<double>& fake, const std::string& test_on = "REAL") {
  for (std::size_t s = 0; s < real.size(); ++s) {
    table.add(classifier, {"REAL", {{"REAL", kAll}}}, s + 1, real[s], test_on);
  }
  for (std::size_t s = 0; s < fake.size(); ++s) {
    table.add(classifier, {"FAKE", {{"FAKE", kAll}}}, s + 1, fake[s], test_on);
  }
}

TEST(Conclusion, ComparesTrainingSetsOnTheSameTestSet) {
  FakeTable table;
  add(table, "lenet", {.8}, {.5});
  const auto sentences = conclusion_sentences(table.table());
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(sentences[0], testing::MatchesRegex(
                                "Tested on REAL, training on FAKE instead of REAL lowers the accuracy of LeNet from "
                                "\\.[0-9]+ \\[\\.[0-9]+, \\.[0-9]+\\] to \\.[0-9]+ \\[\\.[0-9]+, "
                                "\\.[0-9]+\\] \\(one seed; 95 % Wilson intervals over the test images only\\)\\."));
}

TEST(Conclusion, HasOneSentencePerTestSetWithAllClassifiers) {
  FakeTable table;
  for (const char* name : {"nn", "lenet"}) {
    add(table, name, {.8, .8, .8}, {.5, .5, .5});
    add(table, name, {.5, .5, .5}, {.8, .8, .8}, "FAKE");
  }
  EXPECT_THAT(conclusion_sentences(table.table()),
              ElementsAre(AllOf(HasSubstr("Tested on REAL, training on FAKE instead of REAL lowers the accuracy of NN"),
                                HasSubstr(" and of LeNet from "),
                                HasSubstr("over 3 seeds; judged at the 5 % level of all 2 comparisons together)")),
                          AllOf(HasSubstr("Tested on FAKE, training on REAL instead of FAKE lowers the accuracy of NN"),
                                HasSubstr(" and of LeNet from "))));
}

// A difference that may as well be chance has no direction.
TEST(Conclusion, SaysThatTheSeedsCouldShowNoDifference) {
  FakeTable table;
  add(table, "lenet", {.60, .66, .60}, {.62, .60, .68});
  EXPECT_THAT(
      conclusion_sentences(table.table()),
      ElementsAre(AllOf(HasSubstr("training on FAKE instead of REAL makes no difference that 3 seeds could show "
                                  "to the accuracy of LeNet (.6"),
                        testing::Not(HasSubstr("lowers")), testing::Not(HasSubstr("raises")))));
}

TEST(Conclusion, SaysOfEachClassifierWhatItShows) {
  FakeTable table;
  add(table, "nn", {.8}, {.5});
  add(table, "lenet", {.5}, {.8});
  add(table, "nn-rgb", {.7}, {.7});
  EXPECT_THAT(
      conclusion_sentences(table.table()),
      ElementsAre(AllOf(HasSubstr("lowers the accuracy of NN"), HasSubstr(", raises that of LeNet from"),
                        HasSubstr(", and makes no difference that one seed could show to that of NN (RGB) ("))));
}

// "No difference" is what a test did not find; "by less than .02" is what one did.
TEST(Conclusion, SaysThatADifferenceIsSmallWhereThatIsShown) {
  FakeTable table(60'000);
  add(table, "lenet", {.80, .80, .80}, {.80, .80, .80});
  EXPECT_THAT(conclusion_sentences(table.table()),
              ElementsAre(testing::ContainsRegex("changes the accuracy of LeNet \\(.*\\) by less than \\.02")));
}

TEST(Conclusion, ShowsEachCellsSeedsWhenTheyDiffer) {
  FakeTable table;
  add(table, "lenet", {1, 1, 1}, {0, 0});
  EXPECT_THAT(conclusion_sentences(table.table()),
              ElementsAre(HasSubstr("lowers the accuracy of LeNet from 1.000 ± .000 (n = 3) to .000 ± .000 (n = 2)")));
}

TEST(Conclusion, HasNoDirectionWithoutASeedInCommon) {
  FakeTable table;
  table.add("lenet", {"REAL", {{"REAL", kAll}}}, 1, .9);
  table.add("lenet", {"FAKE", {{"FAKE", kAll}}}, 2, .1);
  EXPECT_THAT(conclusion_sentences(table.table()), ElementsAre(HasSubstr("without a seed in common")));
}

TEST(Conclusion, TakesEveryOtherSourceInTurn) {
  FakeTable table;
  for (const char* source : {"REAL", "FAKE", "GLIDE"}) table.add("lenet", {source, {{source, kAll}}}, 1, .5);
  const auto sentences = conclusion_sentences(table.table());
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(sentences[0], HasSubstr("training on FAKE instead of REAL"));
  EXPECT_THAT(sentences[0], HasSubstr("; training on GLIDE instead of REAL"));
}

TEST(Conclusion, ComparesEqualAmountsOnly) {
  FakeTable table;
  table.add("lenet", {"REAL", {{"REAL", kAll}}}, 1, .5);
  table.add("lenet", {"REAL-5000", {{"REAL", analysis::images(5000)}}}, 1, .5);
  table.add("lenet", {"FAKE-5000", {{"FAKE", analysis::images(5000)}}}, 1, .5);
  EXPECT_THAT(conclusion_sentences(table.table()),
              ElementsAre(HasSubstr("training on FAKE-5000 instead of REAL-5000")));
}

TEST(Conclusion, IsNoneWithoutAPair) {
  FakeTable mixtures;
  mixtures.add("lenet", {"REAL", {{"REAL", kAll}}}, 1, .5);
  mixtures.add("lenet", {"BOTH", {{"REAL", kAll}, {"FAKE", kAll}}}, 1, .6);
  EXPECT_THAT(conclusion_sentences(mixtures.table()), IsEmpty());
  FakeTable own_test_sets_only;
  own_test_sets_only.add("lenet", {"REAL", {{"REAL", kAll}}}, 1, .5);
  own_test_sets_only.add("lenet", {"FAKE", {{"FAKE", kAll}}}, 1, .8, "FAKE");
  EXPECT_THAT(conclusion_sentences(own_test_sets_only.table()), IsEmpty());
  EXPECT_THAT(conclusion_sentences({}), IsEmpty());
  EXPECT_EQ(conclusion_paragraph({}), "");
}

TEST(Wording, WritesSharesAsTheFieldsTablesDo) {
  EXPECT_EQ(share(0.4309), ".431");
  EXPECT_EQ(share(1.0), "1.000");
  EXPECT_EQ(share(0.9996), "1.000");
  EXPECT_EQ(share(0.0, 2), ".00");
  EXPECT_EQ(interval({.4209, .4412}), "[.421, .441]");
  EXPECT_EQ(spread(stats::summarise(std::vector{.5})), ".500");
  EXPECT_EQ(spread(stats::summarise(std::vector{.5, .6}), 2), ".55 ± .07");
  EXPECT_EQ(plain_spread(stats::summarise(std::vector{15.0})), "15");
  EXPECT_EQ(plain_spread(stats::summarise(std::vector{15.0, 16.0})), "15.5 ± 0.7");
}

}  // namespace
}  // namespace ersatz::report
