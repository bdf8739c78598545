// How a study file says that a training set's images are used, and how a run remembers it.

#include "study/image_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

using data::Ramp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kBoth = "sources = { REAL = 500, FAKE = \"all\" }\n";
constexpr const char* kGrid = "sources = { REAL = [0, 500], FAKE = [0, \"all\"] }\n";

class ImageUseTest : public ::testing::Test {
 protected:
  std::vector<TrainingSet> read(const std::string& section) {
    const auto file = folder_ / "x.toml";
    write_file(file, "[study]\nname = \"t\"\nclassifiers = [\"nn\"]\n[train.mix]\n" + section + "\n");
    return read_study(file).training_sets;
  }
  TrainingSet one(const std::string& section) { return read(section).at(0); }
  std::string refusal(const std::string& section) {
    try {
      read(section);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  static std::string id(TrainingSet set) {
    set.name = "any";
    return RunSpec{"nn", set, 1, {}, {}, "data", {}, {}}.id();
  }
  std::string id_of(const std::string& section) { return id(one(section)); }

  ersatz::testing::ScratchFolder folder_;
};

TEST_F(ImageUseTest, DrawAndWeightAreNumbersOrSchedules) {
  EXPECT_TRUE(one(kBoth).use.is_usual());
  EXPECT_THAT(one(std::string(kBoth) + "draw = { REAL = 0.25, FAKE = 0.75 }").use.draw,
              ElementsAre(Pair("FAKE", Ramp{0.75, 0.75}), Pair("REAL", Ramp{0.25, 0.25})));
  EXPECT_THAT(one(std::string(kBoth) + "draw = { REAL = [0.1, 1.0], FAKE = [0.9, 0] }").use.draw,
              ElementsAre(Pair("FAKE", Ramp{0.9, 0}), Pair("REAL", Ramp{0.1, 1})));
  EXPECT_THAT(one(std::string(kBoth) + "weight = { FAKE = [1, 0] }").use.weight, ElementsAre(Pair("FAKE", Ramp{1, 0})));
}

TEST_F(ImageUseTest, WhatChangesNothingIsNotThere) {
  const std::string plain = id_of(kBoth);
  EXPECT_EQ(id_of(std::string(kBoth) + "weight = { FAKE = 1 }"), plain);
  EXPECT_EQ(id_of("sources = { REAL = 500 }\nweight = { REAL = 0.3 }"), id_of("sources = { REAL = 500 }"));
  EXPECT_EQ(id_of("sources = { REAL = 500 }\ndraw = { REAL = 1 }"), id_of("sources = { REAL = 500 }"));
  EXPECT_NE(id_of(std::string(kBoth) + "weight = { FAKE = 0.3 }"), plain);
  EXPECT_NE(id_of(std::string(kBoth) + "draw = { REAL = 0.5, FAKE = 0.5 }"), plain);
  EXPECT_NE(id_of(std::string(kBoth) + "draw = { REAL = [0.4, 0.6], FAKE = [0.6, 0.4] }"),
            id_of(std::string(kBoth) + "draw = { REAL = 0.4, FAKE = 0.6 }"));
}

TEST_F(ImageUseTest, TrainingSetsOfAGridThatLackASourceArePlain) {
  const auto sets = read(std::string(kGrid) + "draw = { REAL = 0.5, FAKE = 0.5 }\nweight = { FAKE = 0.3 }");
  ASSERT_EQ(sets.size(), 3U);
  for (const TrainingSet& set : sets) {
    EXPECT_EQ(set.use.draw.size(), set.sources.size() == 2 ? 2U : 0U) << set.name;
    EXPECT_EQ(set.use.weight.size(), set.sources.size() == 2 ? 1U : 0U) << set.name;
  }
}

constexpr const char* kPhases =
    "phases = [{ sources = { FAKE = \"all\", REAL = 100 }, share = 0.25, draw = { FAKE = 0.9, REAL = 0.1 } },\n"
    "{ sources = { REAL = 500 }, share = 0.75, augment = [\"flip\"] }]";

TEST_F(ImageUseTest, PhasesTakeTheLargestAmountOfEachSourceTogether) {
  const TrainingSet set = one(kPhases);
  EXPECT_THAT(set.sources, ElementsAre(Pair("FAKE", Amount{}), Pair("REAL", Amount{Amount::Kind::count, 500})));
  ASSERT_EQ(set.use.phases.size(), 2U);
  EXPECT_EQ(set.use.phases[0].share, 0.25);
  EXPECT_THAT(set.use.phases[0].draw, ElementsAre(Pair("FAKE", Ramp{0.9, 0.9}), Pair("REAL", Ramp{0.1, 0.1})));
  EXPECT_TRUE(set.use.phases[1].augment.has_value());
  EXPECT_TRUE(set.use.augments());
  EXPECT_THAT(set.use.draw, IsEmpty());
}

TEST_F(ImageUseTest, ARunRemembersIt) {
  for (const std::string& section :
       {std::string(kBoth) + "draw = { REAL = [0.1, 1.0], FAKE = [0.9, 0.0] }\nweight = { FAKE = [1, 0.5] }",
        std::string(kBoth) + "match = \"spectrum\"", std::string(kPhases)}) {
    RunSpec spec{"nn", one(section), 1, {}, {}, "data", {"REAL"}, {}};
    for (Phase& phase : spec.train_on.use.phases) {
      phase.steps = 100;
      phase.share.reset();
    }
    if (spec.train_on.use.match != Match::nothing) spec.train_on.use.match_to = "REAL";
    Json written = to_json(spec);
    const RunSpec read_again = run_spec_from_json(parse_json(written.dump()));
    EXPECT_EQ(to_json(read_again), written);
    EXPECT_EQ(read_again.id(), spec.id());
    EXPECT_TRUE(same_use(read_again.train_on.use, spec.train_on.use));
    EXPECT_FALSE(read_again.train_on.use.is_usual());
  }
}

TEST_F(ImageUseTest, ARecordThatNobodyWroteIsRefused) {
  for (const char* settings :
       {R"({"draw": {"A": [0.1]}})", R"({"draw": {"A": -1}})", R"({"weight": {"A": [1, -2]}})",
        R"({"phases": [{"sources": {}, "steps": 5}]})", R"({"phases": [{"sources": {"A": 5}, "steps": 0}]})",
        R"({"match": {"by": "taste", "to": "A"}})"}) {
    EXPECT_THROW(use_from_json(parse_json(settings)), Error) << settings;
  }
  EXPECT_THROW(use_from_json(parse_json(R"({"phases": [{"sources": {"A": 5}}]})")), Json::exception);
}

TEST_F(ImageUseTest, MistakesInDrawAndWeightAreNamedWithTheirLine) {
  const auto draw = [&](const std::string& table) { return refusal(kBoth + ("draw = " + table)); };
  EXPECT_THAT(draw("{ REAL = 0.5, FAKE = 0.4 }"),
              HasSubstr("x.toml:6: train.mix.draw: the shares must add up to 1, but add up to 0.9"));
  EXPECT_THAT(draw("{ REAL = [0.1, 1.0], FAKE = [0.9, 0.1] }"), HasSubstr("at the first and the last step to 1 and"));
  EXPECT_THAT(draw("{ REAL = 1.0 }"), HasSubstr("x.toml:6: train.mix.draw: names no share of FAKE"));
  EXPECT_THAT(draw("{ REAL = 0.5, FAKR = 0.5 }"),
              HasSubstr("x.toml:6: train.mix.draw.FAKR: is no source that the training set holds images of | did you "
                        "mean \"FAKE\"?"));
  EXPECT_THAT(draw("{ REAL = 1.5, FAKE = -0.5 }"), HasSubstr("must be at least 0 and at most 1, but is 1.5"));
  EXPECT_THAT(draw("{ REAL = [0.5], FAKE = 0.5 }"), HasSubstr("must be a number, or two"));
  EXPECT_THAT(draw("0.5"), HasSubstr("must be a table"));
  EXPECT_THAT(draw("{}"), HasSubstr("must name at least one source"));
  EXPECT_THAT(refusal("replace = { total = { REAL = 10 }, by = \"FAKE\", shares = [0, 1] }\n"
                      "draw = { REAL = 0.5, FAKE = 0.5 }"),
              HasSubstr("no training set of the grid holds images of all its sources"));
  const auto weight = [&](const std::string& table) { return refusal(kBoth + ("weight = " + table)); };
  EXPECT_THAT(weight("{ FAKE = -0.3 }"), HasSubstr("x.toml:6: train.mix.weight.FAKE: must be at least 0, but is -0.3"));
  EXPECT_THAT(weight("{ FAKE = 0, REAL = 0 }"), HasSubstr("is 0 for all sources: there is nothing to learn"));
  EXPECT_THAT(refusal(std::string(kBoth) + "match = \"colour\""),
              HasSubstr("x.toml:6: train.mix.match: must be \"color\" or \"spectrum\", but is \"colour\""));
}

TEST_F(ImageUseTest, MistakesInPhasesAreNamedWithTheirLine) {
  const auto phases = [&](const std::string& list) { return refusal("phases = [\n" + list + "\n]"); };
  const std::string half = "{ sources = { REAL = 5 }, share = 0.5 }";
  EXPECT_THAT(phases(half + ",\n{ sources = { FAKE = 5 }, share = 0.4 }"),
              HasSubstr("x.toml:5: train.mix.phases: their shares must add up to 1, but add up to 0.9"));
  EXPECT_THAT(phases(half), HasSubstr("must be at least two"));
  EXPECT_THAT(
      phases(half + ",\n{ sources = { FAKE = 5 }, steps = 4 }"),
      HasSubstr("x.toml:7: train.mix.phases[2].steps: all phases have a share of the steps, or all have steps"));
  EXPECT_THAT(phases(half + ",\n{ sources = { FAKE = 5 } }"), HasSubstr("either a share of the steps or steps"));
  EXPECT_THAT(phases(half + ",\n{ sources = { FAKE = [5, 6] }, share = 0.5 }"), HasSubstr("phases make no grid"));
  EXPECT_THAT(phases(half + ",\n{ sources = { FAKE = 0 }, share = 0.5 }"), HasSubstr("the phase holds no images"));
  EXPECT_THAT(phases(half + ",\n{ sources = { REAL = 0.5 }, share = 0.5 }"),
              HasSubstr("take a number of images and a fraction of REAL"));
  EXPECT_THAT(phases(half + ",\n{ source = { REAL = 0.5 }, share = 0.5 }"),
              HasSubstr("x.toml:7: train.mix.phases[2].source: unknown"));
  EXPECT_THAT(phases("5"), HasSubstr("must hold tables only"));
  EXPECT_THAT(refusal(std::string(kBoth) + kPhases), HasSubstr("train.mix.phases: cannot stand beside sources"));
  EXPECT_THAT(refusal(std::string(kPhases) + "\nweight = { FAKE = 0.3 }"),
              HasSubstr("train.mix.weight: cannot stand beside phases"));
}

}  // namespace
}  // namespace ersatz::study
