#include "study/tuning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/image_use.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class TuneKey : public ::testing::Test {
 protected:
  // [training] is line 6.
  Study read(const std::string& training) const {
    write_file(
        file_,
        "[study]\nname = \"t\"\nclassifiers = [\"lenet\"]\n[train.A]\nsources = { A = 12 }\n[training]\n" + training);
    return read_study(file_);
  }
  std::string refusal(const std::string& training) const {
    try {
      read(training);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  std::string at(const std::string& key) const { return file_.string() + ":7: training." + key + ": "; }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "t.toml";
};

TEST_F(TuneKey, IsReadWithItsDefaults) {
  EXPECT_FALSE(read("").tune);
  EXPECT_EQ(read("tune = {}\n").tune, TuneRule{});
  const TuneRule all{5, NumberRange{0.001, 0.1}, {0, 0.2}, false};
  EXPECT_EQ(
      read("tune = { trials = 5, learning_rate = [0.001, 0.1], label_smoothing = [0, 0.2], augment = false }\n").tune,
      all);
}

TEST_F(TuneKey, WhatCannotBeIsAnErrorWithItsLine) {
  EXPECT_THAT(refusal("tune = 12\n"), HasSubstr(at("tune") + "must be a table"));
  EXPECT_THAT(refusal("tune = { trials = 1 }\n"), HasSubstr(at("tune.trials") + "must be at least 2, but is 1"));
  EXPECT_THAT(refusal("tune = { trials = 101 }\n"), HasSubstr(at("tune.trials") + "must be at most 100"));
  EXPECT_THAT(refusal("tune = { trial = 5 }\n"), HasSubstr("did you mean \"trials\""));
  EXPECT_THAT(refusal("tune = { learning_rate = [0.1] }\n"),
              HasSubstr(at("tune.learning_rate") + "must be the two ends of a range"));
  EXPECT_THAT(refusal("tune = { learning_rate = 0.1 }\n"), HasSubstr("must be the two ends of a range"));
  EXPECT_THAT(refusal("tune = { learning_rate = [0.1, \"a\"] }\n"), HasSubstr("must be the two ends of a range"));
  EXPECT_THAT(refusal("tune = { learning_rate = [0.1, 0.01] }\n"),
              HasSubstr(at("tune.learning_rate") + "goes from 0.1 down to 0.01"));
  EXPECT_THAT(refusal("tune = { learning_rate = [0.0, 0.01] }\n"), HasSubstr("holds 0, which learning_rate"));
  EXPECT_THAT(refusal("tune = { label_smoothing = [0.0, 1.0] }\n"), HasSubstr("holds 1, which label_smoothing"));
  EXPECT_THAT(refusal("tune = { learning_rate = [0.1, 0.1], label_smoothing = [0, 0], augment = false }\n"),
              HasSubstr(at("tune") + "leaves nothing to be tried"));
  EXPECT_THAT(refusal("tune = { trials = 3 }\nvalidation = 0\n"),
              HasSubstr(at("tune") + "needs images to be judged by, but validation is 0"));
  EXPECT_EQ(refusal("tune = { trials = 3 }\nown_validation = 0.25\n"), "accepted");
}

TEST(DrawnTrials, AreTheStudysOwnAndOthersOfTheRange) {
  const std::vector<Trial> trials = draw_trials({40, std::nullopt, {0, 0.1}, true}, 0.03);
  ASSERT_EQ(trials.size(), 40U);
  EXPECT_EQ(to_json(trials[0]), Json::object());
  std::set<std::string> augmentations;
  std::size_t below = 0;
  for (std::size_t i = 1; i < trials.size(); ++i) {
    EXPECT_GE(*trials[i].learning_rate, 0.01);
    EXPECT_LE(*trials[i].learning_rate, 0.09);
    below += *trials[i].learning_rate < 0.03 ? 1 : 0;
    EXPECT_GE(*trials[i].label_smoothing, 0);
    EXPECT_LE(*trials[i].label_smoothing, 0.1);
    augmentations.insert(augmentations_to_json(*trials[i].augment).dump());
    EXPECT_EQ(to_json(trial_from_json(to_json(trials[i]))), to_json(trials[i]));
  }
  EXPECT_GT(below, 10U) << "evenly in the logarithm: half of them";
  EXPECT_LT(below, 29U);
  EXPECT_EQ(augmentations.size(), tried_augmentations().size());
}

// The same study has the same trials, and one with more trials those of one with fewer.
TEST(DrawnTrials, AreAFunctionOfTheRule) {
  const std::vector<Trial> few = draw_trials({4, std::nullopt, {0, 0.1}, true}, 0.01);
  const std::vector<Trial> many = draw_trials({9, std::nullopt, {0, 0.1}, false}, 0.01);
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i].learning_rate, many[i].learning_rate);
    EXPECT_EQ(few[i].label_smoothing, many[i].label_smoothing);
    EXPECT_FALSE(many[i].augment);
  }
  EXPECT_NE(many[1].learning_rate, many[2].learning_rate);
  // What earlier versions drew, on which the ids of their runs hang.
  EXPECT_EQ(to_json(few[1]).dump(), R"({"learning_rate":0.0207,"label_smoothing":0.07,"augment":["flip"]})");
  const std::vector<Trial> fixed = draw_trials({3, NumberRange{0.1, 0.1}, {0, 0}, true}, 0.01);
  EXPECT_FALSE(fixed[1].learning_rate || fixed[1].label_smoothing);
  EXPECT_TRUE(fixed[1].augment);
}

constexpr std::nullopt_t kNo = std::nullopt;

TEST(Tuning, TriesAllWithTheFirstSeed) {
  const Tuned begun = tune({{kNo, kNo}, {0.5, kNo}, {kNo, kNo}});
  EXPECT_THAT(begun.asked, ElementsAre(Pair(0, 0), Pair(1, 0), Pair(2, 0)));
  EXPECT_EQ(begun.tried, 1U);
  EXPECT_EQ(begun.trials, 3U);
  EXPECT_FALSE(begun.chosen);
  EXPECT_THAT(begun.finalists, IsEmpty());
}

TEST(Tuning, RepeatsTheBestTwoAndTakesTheBetterMean) {
  const Tuned second = tune({{0.4, kNo, kNo}, {0.6, kNo, kNo}, {0.5, 0.5, kNo}});
  EXPECT_THAT(second.finalists, ElementsAre(1, 2));
  EXPECT_THAT(second.asked,
              ElementsAre(Pair(0, 0), Pair(1, 0), Pair(2, 0), Pair(1, 1), Pair(1, 2), Pair(2, 1), Pair(2, 2)));
  EXPECT_FALSE(second.chosen);
  const Tuned done = tune({{0.4, kNo, kNo}, {0.6, 0.3, 0.3}, {0.5, 0.5, 0.5}});
  EXPECT_EQ(done.chosen, 2U);
  EXPECT_DOUBLE_EQ(done.accuracy[0].mean, 0.4);
  EXPECT_EQ(tune({{0.4}, {0.6}, {0.5}}).chosen, 1U) << "of one seed the best";
}

TEST(Tuning, OfEqualsTakesTheFirst) {
  EXPECT_THAT(tune({{0.5, kNo}, {0.5, kNo}, {0.5, kNo}}).finalists, ElementsAre(0, 1));
  EXPECT_EQ(tune({{0.5, 0.5}, {0.5, 0.5}, {0.5, kNo}}).chosen, 0U);
  EXPECT_EQ(tune({{0.25, 0.75}, {0.75, 0.25}}).chosen, 0U) << "whichever was better with the first seed";
}

TEST(Tuning, LeavesOutWhatWouldRepeatAnEarlierTrial) {
  const Tuned some = tune({{0.5, kNo}, {}, {0.4, kNo}});
  EXPECT_EQ(some.trials, 2U);
  EXPECT_THAT(some.finalists, ElementsAre(0, 2));
  const Tuned one = tune({{kNo, kNo}, {}, {}});
  EXPECT_EQ(one.chosen, 0U) << "nothing can be tried";
  EXPECT_THAT(one.asked, IsEmpty());
}

}  // namespace
}  // namespace ersatz::study
