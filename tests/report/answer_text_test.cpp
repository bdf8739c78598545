#include "report/answer_text.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/fake_table.hpp"
#include "base/error.hpp"
#include "report/trade_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Equivalent;
using analysis::ExchangeRate;
using analysis::FakeTable;
using analysis::Gain;
using analysis::images;
using testing::ContainsRegex;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

AnswerText tell(FakeTable& fake, const std::string& source = {}) {
  return answer_text(analysis::answer(fake.table(), source));
}

void add_study(FakeTable& fake, std::uint64_t seeds, const std::string& classifier = "lenet") {
  const auto add = [&](double real, double generated, std::uint64_t seed, double right) {
    fake.add_mixture(real, generated, seed, right, "REAL", 0, classifier);
    fake.add_mixture(real, generated, seed, 0.5, "FAKE", 0, classifier);
  };
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    add(100, 0, seed, 0.3);
    add(1000, 0, seed, 0.5);
    add(10000, 0, seed, 0.7);
    add(0, 10000, seed, 0.4);
    add(100, 10000, seed, 0.5);
    add(10000, 10000, seed, 0.65);
  }
}

TEST(Answer, SaysAtMostElevenThingsWithTheirNumbers) {
  FakeTable fake(3000);
  add_study(fake, 5);
  add_study(fake, 5, "nn");
  const AnswerText told = tell(fake);
  EXPECT_LE(told.sentences.size(), 11U);
  EXPECT_GE(told.sentences.size(), 9U);
  EXPECT_THAT(told.sentences, Each(HasSubstr("n = 5 seeds")));
  EXPECT_THAT(told.warnings, IsEmpty());
  EXPECT_THAT(told.sentences[0], HasSubstr("Trained on 10,000 REAL images"));
  EXPECT_THAT(told.sentences[1], AllOf(HasSubstr("(GAN-train)"), HasSubstr("classification accuracy score of")));
  EXPECT_THAT(tell(fake, "FAKE").sentences[1], testing::Not(HasSubstr("GAN-train")));
  EXPECT_THAT(told.sentences[2], HasSubstr("10,000 FAKE images are worth this many REAL ones: LeNet"));
  EXPECT_THAT(told.sentences[3],
              HasSubstr("Adding 10,000 FAKE images to 100 REAL ones changes the accuracy by: LeNet +"));
  EXPECT_THAT(told.sentences[5],
              ContainsRegex("There, 1,000 added images are worth as many further REAL ones, and pay where they cost "
                            "less than these \\(one: less than 1/k of one\\): LeNet [0-9.]+ \\["));
  EXPECT_THAT(told.sentences[6], HasSubstr("to 10,000 REAL ones changes the accuracy by: LeNet -.0"));
}

// Two seeds far apart: Student's interval of .5 would be [-4.6, 5.6].
TEST(Answer, HasNoIntervalsThatAreNotPossible) {
  FakeTable two(300);
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    for (const char* source : {"REAL", "FAKE"}) {
      two.add_mixture(100, 0, seed, seed == 1 ? 0.9 : 0.1, source);
      two.add_mixture(0, 100, seed, seed == 1 ? 0.1 : 0.9, source);
      two.add_mixture(100, 100, seed, seed == 1 ? 0.12 : 0.88, source);
    }
  }
  const AnswerText told = tell(two);
  const std::string all = fmt::format("{}", fmt::join(told.sentences, "\n"));
  EXPECT_THAT(told.sentences[0], ContainsRegex("LeNet \\.[0-9]+ unknown"));
  EXPECT_THAT(told.sentences[1], ContainsRegex("LeNet \\.[0-9]+ unknown, a classification accuracy score of"));
  EXPECT_THAT(all, ContainsRegex("changes the accuracy by: LeNet [-+]\\.[0-9]+ unknown"));
  EXPECT_THAT(all, HasSubstr("A true difference as large as over 1 "));
  EXPECT_THAT(all, HasSubstr(": none that is possible"));
  EXPECT_THAT(told.warnings, testing::Contains(AllOf(HasSubstr("2 seeds are few"), HasSubstr("\"unknown\""))));
}

// Recall rewards a classifier that calls too much by a name: what ranks classes is F1.
TEST(Answer, RanksClassesByF1) {
  FakeTable fake(300, 3);
  const auto& truth = fake.table().truth.at("REAL");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    fake.add_mixture(100, 0, seed, 0.9);
    std::vector<std::int32_t> predicted = truth;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      if (predicted[i] == 2 && i % 9 != seed) predicted[i] = 1;  // class 1 has every image, and most of class 2's
    }
    fake.add_mixture_predicted(0, 100, seed, predicted);
  }
  EXPECT_THAT(tell(fake).sentences,
              testing::Contains(AllOf(
                  HasSubstr("F1 class by class, trained on FAKE instead of REAL: LeNet comes off best in class 0 ("),
                  HasSubstr(" and worst in class 2 ("), HasSubstr("is shown to be as good, within .02, in none"))));
}

// Both amounts that were added to the fewest images are said, with the rate of each.
TEST(Answer, SaysTheRateOfEveryAmount) {
  FakeTable fake(3000);
  add_study(fake, 5);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) fake.add_mixture(100, 40000, seed, 0.5);
  EXPECT_THAT(
      tell(fake).sentences,
      testing::IsSupersetOf(
          {ContainsRegex("Adding other images to 100 REAL ones changes the accuracy by: LeNet .* with 10,000 "
                         "FAKE and .* with 40,000 FAKE \\(n = 5 seeds"),
           ContainsRegex("There, one further REAL image would have done the work of this many added ones: LeNet "
                         "[0-9]+ \\[.*\\] of 10,000 FAKE and [0-9]+ \\[.*\\] of 40,000 FAKE")}));
}

TEST(Answer, SaysWhatTheNextImagesAreWorth) {
  FakeTable fake(3000);
  add_study(fake, 5);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) fake.add_mixture(100, 40000, seed, 0.45);
  EXPECT_THAT(tell(fake).sentences,
              testing::Contains(ContainsRegex(
                  "; 1,000 of the next ones, by point estimates: LeNet -[0-9.]+ for the step from 10,000 to 40,000 "
                  "FAKE \\(accuracy -\\.0[0-9]+ \\[-\\.[0-9]+, [-+]\\.[0-9]+\\]\\) \\(n = 5 seeds\\)")));
}

analysis::Trade trade(double accuracy, double half, double loss) {
  analysis::Trade one;
  one.title = "LeNet";
  one.mixture.images = {{"FAKE", 10000}, {"REAL", 500}};
  one.own = 500;
  one.seeds = 5;
  one.accuracy = accuracy;
  one.interval = {accuracy - half, accuracy + half};
  one.scores = {{analysis::Score::log_loss, 1.1, loss, {loss - 1.1 - 0.05, loss - 1.1 + 0.05}}};
  return one;
}

TEST(Answer, SaysAGainInOneScoreThatIsALossInAnother) {
  analysis::Answer answer;
  answer.source = "REAL";
  EXPECT_THAT(trade_sentences(answer), IsEmpty());
  answer.trades = {trade(0.012, 0.005, 1.31), trade(-0.05, 0.01, 0.9), trade(0.001, 0.005, 1.2), trade(0.1, 0.01, 1.5),
                   trade(0.1, 0.01, 1.6)};
  const auto said = trade_sentences(answer);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_THAT(said[0], HasSubstr("LeNet with 10,000 FAKE beside 500 REAL is more often right (+.012 [+.007, +.017]), "
                                 "log loss 1.100 -> 1.310 [+.160, +.260]"));
  EXPECT_THAT(said[0], HasSubstr("; and 1 more (n = 5 seeds).")) << "the one that moved least";
  EXPECT_THAT(said[1], HasSubstr("is less often right (-.050 [-.060, -.040]), log loss 1.100 -> .900 [-.250, -.150]"));
}

TEST(Answer, FewSeedsAreAWarning) {
  FakeTable one(300), three(300);
  add_study(one, 1);
  add_study(three, 3);
  EXPECT_THAT(tell(one).warnings, testing::Contains(HasSubstr("one seed")));
  EXPECT_THAT(tell(three).warnings, testing::Contains(HasSubstr("3 seeds are few")));
}

TEST(Answer, SaysHowManySeedsWouldShowADifferenceThatTheseDoNot) {
  const auto sentences = [](std::uint64_t seeds, double with_fake) {
    FakeTable fake(300);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      fake.add_mixture(100, 0, seed, 0.5);
      fake.add_mixture(100, 50, seed, with_fake);
    }
    return tell(fake).sentences;
  };
  const auto says = testing::Contains(
      testing::ContainsRegex("by estimate, (about|over) [0-9]+ seeds would show a difference of this size\\)"));
  EXPECT_THAT(sentences(5, 0.53), says);
  EXPECT_THAT(sentences(5, 0.5), testing::Contains(HasSubstr("a difference of this size would take more test images")));
  EXPECT_THAT(sentences(5, 0.7), testing::Not(says)) << "these five show it";
  EXPECT_THAT(sentences(4, 0.5), testing::Not(says)) << "too few to tell the spread";
}

TEST(Answer, ComparesAugmentationWithGeneratedImages) {
  FakeTable fake(3000);
  add_study(fake, 5);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    study::TrainingSet set{"aug", {{"REAL", images(100)}}, std::vector<data::Augmentation>{data::Flip{}}};
    fake.add("lenet", set, seed, 0.45);
  }
  const AnswerText told = tell(fake);
  EXPECT_EQ(told.sentences.size(), 11U) << "with everything that can be said";
  EXPECT_THAT(told.sentences,
              testing::Contains(AllOf(HasSubstr("Classical augmentation against generated images, LeNet: "
                                                "flip of the 100 REAL images +.1"),
                                      HasSubstr("10,000 FAKE +.2"))));
}

TEST(Answer, HasNothingToSayWhereNothingElseWasTrainedOn) {
  FakeTable fake(100);
  fake.add_mixture(100, 0, 1, 0.5);
  EXPECT_THAT(tell(fake).sentences, IsEmpty());
  EXPECT_EQ(analysis::answer(fake.table(), "").source, "REAL");
  EXPECT_THROW(analysis::answer(fake.table(), "SD21"), Error);
  EXPECT_THROW(analysis::answer(analysis::ResultTable{}, ""), Error);
}

TEST(Wording, NumbersOfImagesKnowTheCurvesEnds) {
  const double beyond = std::numeric_limits<double>::infinity();
  Gain gain;
  gain.own = 500;
  gain.added = 10000;
  gain.equivalent = Equivalent{1234.5, {0, beyond}, 500, 40000, {}};
  EXPECT_EQ(images_text(1234.5, *gain.equivalent), "1,230");
  EXPECT_EQ(images_text(987.6, *gain.equivalent), "988");
  EXPECT_EQ(images_interval(*gain.equivalent), "[under 500, over 40,000]");
  gain.rate = ExchangeRate{13.64, {0, beyond}};
  EXPECT_EQ(rate_text(gain), "14 [under 0.3, no bound]");
  gain.rate = ExchangeRate{std::nullopt, {25.2, beyond}};
  EXPECT_EQ(rate_text(gain), "none [25, no bound]");
  gain.rate = ExchangeRate{std::nullopt, {beyond, beyond}};
  EXPECT_EQ(rate_text(gain), "none");
  EXPECT_EQ(rate_readings_text(gain), "");
  gain.rate->readings = {6.8, 158.2};
  EXPECT_EQ(rate_readings_text(gain), " (6.8 to 158 by how one reads between the points)");
  gain.rate->readings.high = beyond;
  EXPECT_EQ(rate_readings_text(gain), " (6.8 to none by how one reads between the points)");
  gain.equivalent->by_cubic = 1250;
  EXPECT_EQ(images_readings_text(*gain.equivalent), "");
  gain.equivalent->by_power_law = 2000;
  EXPECT_EQ(images_readings_text(*gain.equivalent), " (1,230 to 2,000 by how one reads between the points)");
  gain.own = 40000;
  EXPECT_EQ(rate_text(gain), "none");
  gain.rate = ExchangeRate{0, {0, beyond}};
  EXPECT_EQ(rate_text(gain), "beyond the curve");
  using analysis::Bounded;
  EXPECT_EQ(thousand_text(Bounded{0.1072}), "107");
  EXPECT_EQ(thousand_text(Bounded{-0.0032}), "-3.2");
  EXPECT_EQ(thousand_text(Bounded{-0.00001}), "0.0");
  EXPECT_EQ(thousand_text({Bounded{-1.5, Bounded::Side::under}, Bounded{-1.5, Bounded::Side::under}, Bounded{0.001}}),
            "under -1,500 [under -1,500, 1.0]");
  EXPECT_EQ(thousand_text(Bounded{0.031, Bounded::Side::over}), "over 31");
  EXPECT_EQ(signed_share(-0.0004), "+.000");
  EXPECT_EQ(signed_share(-0.0314), "-.031");
  EXPECT_EQ(signed_interval({-beyond, beyond}), "unknown");
  EXPECT_EQ(difference_text(0.0312, {0.02, 0.0401}), "+.031 [+.020, +.040]");
  EXPECT_EQ(difference_text(-0.1, {-beyond, beyond}, 2), "-.10");
  EXPECT_EQ(p_text(0.0004), "p < .001");
  EXPECT_EQ(p_text(0.0314), "p = .031");
}

TEST(Wording, SaysUnknownOnlyWhereNothingIsLeftOut) {
  EXPECT_EQ(interval({0, 1}), "unknown");
  EXPECT_EQ(interval({0, 0.9}), "[.000, .900]");
  EXPECT_EQ(ratio_interval({0, 1.2}), "[.000, 1.200]") << "a score may be above 1";
  EXPECT_EQ(ratio_interval({0.31, std::numeric_limits<double>::infinity()}), "[.310, no bound]");
  EXPECT_EQ(signed_interval({-1, 1}), "unknown");
  EXPECT_EQ(signed_interval({-1, 0.5}), "[-1.000, +.500]");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(signed_interval({-kInfinity, kInfinity}), "unknown");
  EXPECT_EQ(signed_interval({std::nan(""), std::nan("")}), "unknown");
  EXPECT_EQ(difference_text(0.1, {-1, 1}), "+.100 unknown");
}

}  // namespace
}  // namespace ersatz::report
