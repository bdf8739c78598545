#include "report/tuning_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ersatz::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TuningText, NamesWhatWasChosen) {
  study::Trial trial;
  EXPECT_EQ(trial_text(trial), "as the study says");
  trial.learning_rate = 0.0213;
  trial.label_smoothing = 0.05;
  trial.augment = {data::Flip{}, data::Crop{}};
  EXPECT_EQ(trial_text(trial), "learning rate .0213, label smoothing .05, flip+crop");
  trial.augment->clear();
  trial.label_smoothing.reset();
  EXPECT_EQ(trial_text(trial), "learning rate .0213, not augmented");
  EXPECT_THAT(
      tuning_notes({{"lenet", "MIX", 12, trial}}),
      ElementsAre("LeNet on MIX: learning rate .0213, not augmented: the best of 12 trials on validation images."));
}

TEST(SeedsSentence, SaysWhatIsWanting) {
  analysis::SeedsWanted seeds;
  seeds.rule = {0.01, 20, 8};
  seeds.contrasts = 4;
  seeds.widest = 0.009;
  seeds.needed = 8;
  EXPECT_EQ(
      seeds_sentence(seeds),
      "Seeds: 8, 3 to begin with and 20 at most, until no 95 % interval of the 4 comparisons is wider than ±.010: "
      "the widest is ±.009.");
  seeds.wide = 2;
  seeds.widest = 0.03;
  seeds.needed = 31;
  EXPECT_THAT(seeds_sentence(seeds), HasSubstr("2 are wider, and 20 seeds are asked for next."));
  seeds.rule.asked = 20;
  EXPECT_THAT(seeds_sentence(seeds), HasSubstr("2 are wider, for which about 31 seeds would be needed."));
  seeds.hopeless = 2;
  EXPECT_THAT(seeds_sentence(seeds), HasSubstr("of 2 the choice of test images leaves more than that open"));
  EXPECT_THAT(seeds_sentence(seeds), Not(HasSubstr("would be needed")));
}

}  // namespace
}  // namespace ersatz::report
