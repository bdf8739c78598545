#include "report/advice_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/json.hpp"

namespace ersatz::report {
namespace {

using analysis::Advice;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

study::SearchPlan plan() {
  study::SearchPlan plan;
  plan.space = {"REAL", 2000, {{"FAKE", 50'000}}};
  plan.classifier = "lenet";
  plan.steps = 100;
  return plan;
}

Advice advice(double gain, const stats::Interval& interval) {
  Advice advice;
  advice.source = "REAL";
  advice.photographs = 2000;
  advice.test_images = 10'000;
  advice.seeds = 5;
  advice.with = {{"with-03", "REAL", 2000, {{"FAKE", 8000}}, study::GeneratedUse::half, {}}, 1600, {2, 0.55}};
  advice.without = {{"without-01", "REAL", 2000, {}, {}, {{}, {}, {{"flip"}}}}, 400, {2, 0.53}};
  advice.accuracy = {5, 0.561};
  advice.accuracy_without = {5, 0.561 - gain};
  advice.accuracy_interval = {0.55, 0.57};
  advice.without_interval = {0.54, 0.56};
  advice.gain.difference = {5, gain};
  advice.gain.interval = interval;
  advice.verdict = analysis::verdict(advice.gain);
  advice.worth = analysis::Equivalent{};
  advice.worth->images = 3100;
  advice.worth->interval = {2500, std::numeric_limits<double>::infinity()};
  advice.worth->fewest = 1000;
  advice.worth->most = 4000;
  advice.classes.resize(2);
  advice.classes[0].name = "cat";
  advice.classes[0].f1 = {{}, {0.01, 0.05}};
  advice.classes[0].f1.estimate.mean = 0.03;
  advice.classes[1].name = "frog";
  advice.classes[1].f1 = {{}, {-0.06, -0.02}};
  advice.classes[1].f1.estimate.mean = -0.04;
  return advice;
}

TEST(AdviceText, SaysWhatTheIntervalAllows) {
  EXPECT_THAT(advice_text(plan(), advice(0.02, {0.01, 0.03})).verdict,
              StartsWith("Use them: they gain +.020 [+.010, +.030] (n = 5 seeds, 10,000 REAL test images)"));
  EXPECT_THAT(advice_text(plan(), advice(-0.02, {-0.03, -0.01})).verdict, StartsWith("Do not use them: they cost"));
  EXPECT_THAT(advice_text(plan(), advice(0.001, {-0.004, 0.006})).verdict,
              StartsWith("Do not use them: what they gain is below .01"));
  EXPECT_THAT(advice_text(plan(), advice(0.01, {-0.01, 0.03})).verdict, StartsWith("It cannot be told"));
}

TEST(AdviceText, HasBothRecipesTheirWorthAndTheClasses) {
  const AdviceText text = advice_text(plan(), advice(0.02, {0.01, 0.03}));
  EXPECT_THAT(text.sentences,
              Contains("Best with generated images: 2,000 REAL and 8,000 FAKE, half of each batch generated; 1,600 "
                       "steps. Accuracy .561 [.550, .570]."));
  EXPECT_THAT(text.sentences, Contains("Best without: 2,000 REAL; flip; 400 steps. Accuracy .541 [.540, .560]."));
  EXPECT_THAT(text.sentences, Contains(AllOf(HasSubstr("3,100 [2,500, over 4,000], 1,100 more than yours"),
                                             HasSubstr("8,000 generated images"))));
  EXPECT_THAT(text.sentences, Contains("Classes that gain F1: cat +.030 [+.010, +.050]."));
  EXPECT_THAT(text.sentences, Contains(StartsWith("Classes that lose F1: frog -.040 [-.060, -.020].")));
  EXPECT_THAT(text.limits, Contains(HasSubstr("among 16 recipes with and as many without")));
  EXPECT_THAT(text.limits, Contains(HasSubstr("500 photographs that were held back")));
  EXPECT_THAT(text.limits, Contains(HasSubstr("The longest budget, 1,600 steps")));
  EXPECT_THAT(text.limits, Contains(HasSubstr("were trained for 400 steps as well, the best budget for yours")));
  Advice no_more = advice(0.02, {0.01, 0.03});
  no_more.worth->most = 2000;
  EXPECT_THAT(advice_text(plan(), no_more).limits, Each(Not(HasSubstr("More photographs than yours"))));
}

TEST(AdviceText, AVerifierIsSetAgainstChance) {
  Advice chosen = advice(0.02, {0.01, 0.03});
  EXPECT_THAT(advice_text(plan(), chosen).sentences, Each(Not(HasSubstr("at random"))));
  chosen.over_random.emplace();
  chosen.over_random->first = {5, 0.55};
  chosen.over_random->difference = {5, 0.011};
  chosen.over_random->interval = {-0.002, 0.024};
  EXPECT_THAT(advice_text(plan(), chosen).sentences,
              Contains("As many generated images at random instead of the chosen ones: .550; choosing gains +.011 "
                       "[-.002, +.024]."));
}

TEST(AdviceText, WithoutPhotographsThereIsOneRecipe) {
  study::SearchPlan none = plan();
  none.space.photographs = 0;
  Advice alone = advice(0.02, {0.01, 0.03});
  alone.without.reset();
  alone.worth.reset();
  alone.photographs = 0;
  const AdviceText text = advice_text(none, alone);
  EXPECT_THAT(text.verdict, StartsWith("Without a photograph in training, .561 [.550, .570]"));
  EXPECT_THAT(text.sentences, Contains(StartsWith("Trained as usual on the same images: .541")));
  EXPECT_THAT(text.limits, Contains(HasSubstr("by generated images that were held back")));
}

TEST(AdviceJson, HasNoInfinity) {
  const Json value = advice_json(plan(), advice(0.02, {0.01, 0.03}));
  EXPECT_EQ(value.at("verdict"), "use");
  EXPECT_EQ(value.at("worth").at("photographs"), 3100);
  EXPECT_TRUE(value.at("worth").at("interval").at(1).is_null());
  EXPECT_EQ(value.at("with").at("steps"), 1600);
  EXPECT_EQ(parse_json(value.dump()), value);
}

TEST(TrialsCsv, NamesEveryRecipe) {
  const std::vector<study::Recipe> recipes{{"with-00", "REAL", 2000, {{"FAKE", 8000}}, {}, {}}};
  EXPECT_EQ(trials_csv({{{"with-00", 100, {1, 0.51234}}}}, recipes),
            "search,recipe,steps,seeds,validation_accuracy,what\n"
            "1,with-00,100,1,0.5123,\"2,000 REAL and 8,000 FAKE\"\n");
}

}  // namespace
}  // namespace ersatz::report
