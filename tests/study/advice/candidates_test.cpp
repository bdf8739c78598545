#include "study/advice/candidates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/files.hpp"
#include "study/advice/search_plan.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SearchSpace space(std::size_t photographs) { return {"REAL", photographs, {{"FAKE", 50'000}}}; }

TEST(Candidates, BothListsTryTheSameTraining) {
  const Candidates all = draw_candidates(space(2000), 16, 1);
  ASSERT_EQ(all.with.size(), 16U);
  ASSERT_EQ(all.without.size(), 16U);
  std::set<std::string> names;
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(all.with[i].training, all.without[i].training) << i;
    EXPECT_EQ(all.with[i].photographs, 2000U);
    EXPECT_EQ(all.without[i].photographs, 2000U);
    EXPECT_EQ(all.without[i].added(), 0U);
    EXPECT_GT(all.with[i].added(), 0U);
    names.insert(all.with[i].name);
    names.insert(all.without[i].name);
  }
  EXPECT_EQ(names.size(), 32U);
  EXPECT_EQ(all.with[0].training, TrainingChange{}) << "the first is trained as usual";
  EXPECT_EQ(all.with[0].use, GeneratedUse::mixed);
}

TEST(Candidates, WaysTakeTurnsAndASeedDecidesTheirOrder) {
  const Candidates all = draw_candidates(space(2000), 19, 1);
  std::map<GeneratedUse, int> uses;
  for (std::size_t i = 1; i < all.with.size(); ++i) ++uses[all.with[i].use];
  EXPECT_EQ(uses.size(), 9U);
  for (const auto& [use, times] : uses) EXPECT_LE(times, 3);
  EXPECT_EQ(draw_candidates(space(2000), 19, 1).with, all.with);
  EXPECT_NE(draw_candidates(space(2000), 19, 2).with, all.with);
}

TEST(Candidates, WithoutPhotographsThereIsNothingToCompareWithOrToTeach) {
  const Candidates all = draw_candidates(space(0), 8, 1);
  EXPECT_THAT(all.without, IsEmpty());
  for (const Recipe& recipe : all.with) EXPECT_EQ(recipe.use, GeneratedUse::mixed) << recipe_words(recipe);
}

TEST(Candidates, OnlyWhatTheClassifierAndTheTimeAllow) {
  SearchSpace frozen = space(2000);
  frozen.frozen = true;
  for (const Recipe& recipe : draw_candidates(frozen, 16, 1).with) {
    EXPECT_FALSE(recipe.training.augment) << recipe_words(recipe);
    EXPECT_LE(recipe.use, GeneratedUse::first) << recipe_words(recipe);
  }
  SearchSpace hurried = space(2000);
  hurried.verified = false;
  for (const Recipe& recipe : draw_candidates(hurried, 16, 1).with) {
    EXPECT_LE(recipe.use, GeneratedUse::spectrum) << recipe_words(recipe);
  }
  SearchSpace own = space(2000);
  own.own_method = true;
  for (const Recipe& recipe : draw_candidates(own, 16, 1).with) EXPECT_FALSE(recipe.training.learning_rate);
}

TEST(Candidates, SeveralGeneratorsAreTriedAloneAndTogether) {
  const SearchSpace two{"REAL", 500, {{"A", 5000}, {"B", 3000}}};
  std::set<std::size_t> sources;
  std::set<std::string> alone;
  for (const Recipe& recipe : draw_candidates(two, 40, 1).with) {
    sources.insert(recipe.generated.size());
    if (recipe.generated.size() == 1) alone.insert(recipe.generated.front().first);
  }
  EXPECT_THAT(sources, ElementsAre(1, 2));
  EXPECT_THAT(alone, ElementsAre("A", "B"));
}

TEST(AmountsToTry, EndWithAll) {
  EXPECT_THAT(amounts_to_try(500, 50'000), ElementsAre(500, 2000, 8000, 50'000));
  EXPECT_THAT(amounts_to_try(2000, 50'000), ElementsAre(2000, 8000, 50'000));
  EXPECT_THAT(amounts_to_try(40'000, 50'000), ElementsAre(50'000));
  EXPECT_THAT(amounts_to_try(0, 48), ElementsAre(48));
  EXPECT_THAT(amounts_to_try(0, 16'000), ElementsAre(1000, 4000, 16'000));
  EXPECT_THAT(amounts_to_try(0, 1), ElementsAre(1));
}

// What is written is read back as what was meant.
TEST(Recipes, AreTrainingSetsOfAStudyFile) {
  const testing::ScratchFolder folder;
  SearchPlan plan;
  plan.space = space(2000);
  plan.classifier = "lenet";
  plan.steps = 100;
  const Candidates all = draw_candidates(plan.space, 19, 1);
  std::vector<Recipe> recipes = all.with;
  recipes.insert(recipes.end(), all.without.begin(), all.without.end());
  write_file(folder / "x.toml", stage_study(plan, search_stage(plan, 3), recipes, "[data]\npath = \"images\"\n"));
  const Study study = read_study(folder / "x.toml");
  EXPECT_THAT(study.budgets.steps, ElementsAre(400, 1600));
  EXPECT_THAT(study.seeds, ElementsAre(1, 2));
  EXPECT_EQ(study.asked.own_validation, 0.25);
  for (const Recipe& recipe : recipes) {
    const auto set = std::ranges::find(study.training_sets, recipe.name, &TrainingSet::name);
    ASSERT_NE(set, study.training_sets.end()) << recipe.name;
    double images = 0;
    for (const auto& [source, amount] : set->sources) images += amount.value;
    EXPECT_EQ(images, static_cast<double>(recipe.photographs + recipe.added())) << recipe_words(recipe);
    EXPECT_EQ(set->augment.has_value(), recipe.training.augment.has_value());
    EXPECT_EQ(set->use.draw.empty(), recipe.use != GeneratedUse::half);
    EXPECT_EQ(set->use.weight.empty(), recipe.use != GeneratedUse::light);
    EXPECT_EQ(set->use.phases.empty(), recipe.use != GeneratedUse::first);
    EXPECT_EQ(set->use.match == Match::color, recipe.use == GeneratedUse::color);
    EXPECT_EQ(set->use.match == Match::spectrum, recipe.use == GeneratedUse::spectrum);
  }
}

TEST(Recipes, InWords) {
  Recipe recipe{"with-01", "REAL", 2000, {{"FAKE", 10'000}}, GeneratedUse::half, {0.03, {}, {{"flip", "crop"}}}};
  EXPECT_EQ(recipe_words(recipe),
            "2,000 REAL and 10,000 FAKE, half of each batch generated; flip, crop; learning rate 0.03");
  recipe.real = "my photos";
  EXPECT_THAT(train_section(recipe), HasSubstr("sources = { \"my photos\" = 2000, FAKE = 10000 }\n"));
}

}  // namespace
}  // namespace ersatz::study
