#include "report/conclusion_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kImages = 1000;

// A table with cells of given accuracies: (classifier, trained on, tested on, one accuracy a seed).
struct Table : analysis::ResultTable {
  void train_on(const std::string& name, std::vector<std::pair<std::string, study::Amount>> sources) {
    study::RunRecord run;
    run.spec.train_on = {name, std::move(sources)};
    runs.push_back(run);
  }
  void add(const std::string& title, const std::string& train_on, const std::string& test_on,
           const std::vector<double>& accuracies) {
    analysis::Cell& cell = cells.emplace_back();
    cell.classifier = cell.title = title;
    cell.train_on = train_on;
    cell.test_on = test_on;
    cell.results.resize(accuracies.size());
    cell.accuracy = stats::summarise(accuracies);
    cell.accuracy_interval =
        stats::wilson_interval(static_cast<std::uint64_t>(cell.accuracy.mean * kImages + 0.5), kImages);
  }
};

Table real_and_fake() {
  Table table;
  table.train_on("REAL", {{"REAL", {}}});
  table.train_on("FAKE", {{"FAKE", {}}});
  return table;
}

TEST(Conclusion, ComparesTrainingSetsOnTheSameTestSet) {
  Table table = real_and_fake();
  table.add("LeNet", "REAL", "REAL", {.634});
  table.add("LeNet", "FAKE", "REAL", {.431});
  EXPECT_THAT(conclusion_sentences(table),
              ElementsAre("Tested on REAL, training on FAKE instead of REAL lowers the accuracy of LeNet from "
                          ".634 [.604, .663] to .431 [.401, .462] (one seed; 95 % Wilson intervals)."));
}

TEST(Conclusion, HasOneSentencePerTestSetWithAllClassifiers) {
  Table table = real_and_fake();
  for (const char* name : {"NN", "LeNet"}) {
    table.add(name, "REAL", "REAL", {.4, .5});
    table.add(name, "REAL", "FAKE", {.3, .4});
    table.add(name, "FAKE", "REAL", {.2, .3});
    table.add(name, "FAKE", "FAKE", {.2, .2});
  }
  EXPECT_THAT(conclusion_sentences(table),
              ElementsAre("Tested on REAL, training on FAKE instead of REAL lowers the accuracy of NN from .450 ± .071 "
                          "to .250 ± .071 and of LeNet from .450 ± .071 to .250 ± .071 (mean ± standard deviation over "
                          "2 seeds).",
                          "Tested on FAKE, training on REAL instead of FAKE raises the accuracy of NN from .200 ± .000 "
                          "to .350 ± .071 and of LeNet from .200 ± .000 to .350 ± .071 (mean ± standard deviation over "
                          "2 seeds)."));
}

TEST(Conclusion, SaysChangesWhenClassifiersDisagree) {
  Table table = real_and_fake();
  table.add("A", "REAL", "REAL", {.5});
  table.add("A", "FAKE", "REAL", {.4});
  table.add("B", "REAL", "REAL", {.4});
  table.add("B", "FAKE", "REAL", {.5});
  EXPECT_THAT(conclusion_sentences(table), ElementsAre(testing::HasSubstr("changes the accuracy of A from")));
}

TEST(Conclusion, ShowsEachCellsSeedsWhenTheyDiffer) {
  Table table = real_and_fake();
  table.add("A", "REAL", "REAL", {.5, .5, .5});
  table.add("A", "FAKE", "REAL", {.4, .4});
  EXPECT_THAT(conclusion_sentences(table),
              ElementsAre(testing::HasSubstr("from .500 ± .000 (n = 3) to .400 ± .000 (n = 2)")));
}

TEST(Conclusion, TakesEveryOtherSourceInTurn) {
  Table table = real_and_fake();
  table.train_on("GLIDE", {{"GLIDE", {}}});
  for (const char* set : {"REAL", "FAKE", "GLIDE"}) table.add("A", set, "REAL", {.5});
  const auto sentences = conclusion_sentences(table);
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(sentences[0], testing::HasSubstr("training on FAKE instead of REAL"));
  EXPECT_THAT(sentences[0], testing::HasSubstr("; training on GLIDE instead of REAL"));
}

TEST(Conclusion, ComparesEqualAmountsOnly) {
  Table table;
  const study::Amount few{study::Amount::Kind::count, 5000};
  table.train_on("REAL", {{"REAL", {}}});
  table.train_on("REAL-5000", {{"REAL", few}});
  table.train_on("FAKE-5000", {{"FAKE", few}});
  for (const char* set : {"REAL", "REAL-5000", "FAKE-5000"}) table.add("A", set, "REAL", {.5});
  EXPECT_THAT(conclusion_sentences(table),
              ElementsAre(testing::HasSubstr("training on FAKE-5000 instead of REAL-5000")));
}

TEST(Conclusion, IsNoneWithoutAPair) {
  Table mixtures;
  mixtures.train_on("REAL", {{"REAL", {}}});
  mixtures.train_on("BOTH", {{"REAL", {}}, {"FAKE", {}}});
  mixtures.add("A", "REAL", "REAL", {.5});
  mixtures.add("A", "BOTH", "REAL", {.6});
  EXPECT_THAT(conclusion_sentences(mixtures), IsEmpty());
  Table own_test_sets_only = real_and_fake();
  own_test_sets_only.add("A", "REAL", "REAL", {.5});
  own_test_sets_only.add("A", "FAKE", "FAKE", {.8});
  EXPECT_THAT(conclusion_sentences(own_test_sets_only), IsEmpty());
  EXPECT_THAT(conclusion_sentences(Table{}), IsEmpty());
  EXPECT_EQ(conclusion_paragraph(Table{}), "");
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
