#include "analysis/mixtures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "analysis/learning_curve.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

using testing::ElementsAre;
using testing::Pair;

study::RunRecord run_on(std::vector<std::pair<std::string, study::Amount>> sources, std::size_t training_images) {
  study::RunRecord run;
  run.spec.train_on = {"mix", std::move(sources)};
  run.training_images = training_images;
  return run;
}

TEST(Mixture, AmountsComeFromTheRecordOrTheTrainingSet) {
  auto run = run_on({{"FAKE", images(300)}, {"REAL", {}}}, 1000);
  EXPECT_THAT(mixture_of(run)->images, ElementsAre(Pair("FAKE", 300U), Pair("REAL", 700U)));
  run.source_images = {200, 800};
  EXPECT_THAT(mixture_of(run)->images, ElementsAre(Pair("FAKE", 200U), Pair("REAL", 800U)));
  EXPECT_EQ(mixture_of(run)->total(), 1000U);
  EXPECT_EQ(mixture_of(run)->of("OTHER"), 0U);
  EXPECT_THAT(mixture_of(run_on({{"REAL", {}}}, 1000))->images, ElementsAre(Pair("REAL", 1000U)));
}

TEST(Mixture, AmountsThatCannotBeToldAreNotGuessed) {
  const study::Amount half{study::Amount::Kind::fraction, 0.5};
  EXPECT_FALSE(mixture_of(run_on({{"FAKE", half}, {"REAL", {}}}, 1000)).has_value());
  auto limited = run_on({{"FAKE", images(300)}, {"REAL", {}}}, 1000);
  limited.spec.settings.limit = 50;
  EXPECT_FALSE(mixture_of(limited).has_value());
}

TEST(Mixture, SwitchingTheRecipesAugmentationOffIsAChange) {
  auto run = run_on({{"REAL", images(500)}}, 500);
  EXPECT_TRUE(mixture_of(run)->is_plain("REAL"));
  run.spec.train_on.augment.emplace();
  EXPECT_FALSE(mixture_of(run)->is_plain("REAL"));
}

TEST(Mixture, AugmentationIsTheSameWhenItIsWrittenAlike) {
  const auto with = [](std::optional<std::vector<data::Augmentation>> list) {
    return Mixture{{{"REAL", 500}}, std::move(list)};
  };
  EXPECT_EQ(with({}), with({}));
  EXPECT_EQ(with({{data::Flip{}, data::Crop{1, 2, true}}}), with({{data::Flip{}, data::Crop{1, 2, true}}}));
  EXPECT_NE(with({{data::Flip{}, data::Crop{1, 2, true}}}), with({{data::Flip{}, data::Crop{}}}));
  EXPECT_NE(with({{data::Flip{}}}), with({{data::Flip{}, data::Flip{}}}));
  EXPECT_NE(with({}), with({std::vector<data::Augmentation>{}}));
}

TEST(Mixture, AUseOfItsOwnIsAChange) {
  auto run = run_on({{"REAL", images(500)}}, 500);
  study::Phase first{{{"REAL", images(100)}}}, second{{{"REAL", images(500)}}};
  first.steps = 30;
  second.steps = 90;
  run.spec.train_on.use.phases = {first, second};
  const Mixture mixture = *mixture_of(run);
  EXPECT_FALSE(mixture.is_plain("REAL"));
  EXPECT_FALSE(mixture.only_mixed());
  EXPECT_FALSE(mixture.augmented());
  EXPECT_EQ(mixture.use.phases[0].share, 0.25);
  run.spec.train_on.use.phases[1].augment = {data::Flip{}};
  EXPECT_TRUE(mixture_of(run)->augmented());
  EXPECT_NE(*mixture_of(run), mixture);
}

TEST(Mixture, SettingsOfItsOwnAreAChange) {
  auto run = run_on({{"REAL", images(500)}}, 500);
  const Mixture usual = *mixture_of(run);
  run.spec.train_on.own.learning_rate = 0.03;
  const Mixture own = *mixture_of(run);
  EXPECT_NE(own, usual);
  EXPECT_FALSE(own.is_plain("REAL"));
  EXPECT_FALSE(own.only_mixed());
  EXPECT_FALSE(own.augmented());
  EXPECT_TRUE(own.has_own_settings());
  run.spec.train_on.own.learning_rate = 0.1;
  EXPECT_NE(*mixture_of(run), own);
}

// With another budget the same shares are other numbers of steps.
TEST(Mixture, PhasesAreTheSameForEveryBudget) {
  auto small = run_on({{"FAKE", images(50)}, {"REAL", images(500)}}, 550);
  study::Phase first{{{"FAKE", images(50)}}}, second{{{"REAL", images(500)}}};
  first.steps = second.steps = 30;
  small.spec.train_on.use.phases = {first, second};
  auto large = small;
  for (study::Phase& phase : large.spec.train_on.use.phases) phase.steps = 3000;
  EXPECT_EQ(*mixture_of(small), *mixture_of(large));
  large.spec.train_on.use.phases[0].steps = 1000;
  EXPECT_NE(*mixture_of(small), *mixture_of(large));
}

TEST(Mixture, TrainingSetsThatHoldTheSameCountOnce) {
  FakeTable fake(20);
  for (const char* name : {"A", "B"}) fake.add("lenet", {name, {{"REAL", images(100)}}}, 1, 0.5);
  fake.add_mixture(100, 50, 1, 0.5);
  fake.add_mixture(100, 50, 1, 0.5, "FAKE");
  const auto cells = mixture_cells(fake.table(), "lenet", "REAL");
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_TRUE(cells[0].mixture.is_plain("REAL"));
  EXPECT_EQ(cells[0].cell->train_on, "A");
  EXPECT_EQ(mixture_cells(fake.table(), "lenet", "FAKE").size(), 1U);
  EXPECT_TRUE(mixture_cells(fake.table(), "nn", "REAL").empty());
}

TEST(LearningCurve, IsReadOffBetweenItsPointsInLogarithms) {
  const LearningCurve curve({100, 10000}, {0.3, 0.7});
  EXPECT_NEAR(curve.images_for(0.5), 1000, 1e-9);
  EXPECT_NEAR(curve.images_for(0.3), 100, 1e-9);
  EXPECT_NEAR(curve.images_for(0.7), 10000, 1e-6);
  EXPECT_EQ(curve.images_for(0.29), 0);
  EXPECT_TRUE(std::isinf(curve.images_for(0.71)));
}

TEST(LearningCurve, DipsArePooled) {
  // .5 and .4 become .45 at both.
  const LearningCurve curve({100, 1000, 10000}, {0.5, 0.4, 0.9});
  EXPECT_NEAR(curve.images_for(0.45), 100, 1e-9);
  EXPECT_GT(curve.images_for(0.46), 1000);
  EXPECT_THROW(LearningCurve({100}, {0.5}), Error);
  EXPECT_THROW(LearningCurve({0, 5}, {0.5, 0.6}), Error);
}

TEST(LearningCurve, APowerLawIsTakenWhereItFits) {
  std::vector<double> x{500, 2000, 10000, 40000}, y;
  for (const double n : x) y.push_back(0.8 - 3 * std::pow(n, -0.4));
  const auto law = fitting_power_law(x, y);
  ASSERT_TRUE(law.has_value());
  EXPECT_NEAR(law->a, 0.8, 1e-6);
  EXPECT_FALSE(fitting_power_law({500, 2000, 10000}, {0.3, 0.4, 0.5}).has_value()) << "three points always fit";
  EXPECT_FALSE(fitting_power_law(x, {0.5, 0.3, 0.6, 0.4}).has_value());
}

}  // namespace
}  // namespace ersatz::analysis
