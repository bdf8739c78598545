// How a study file asks for verifiers, and how a run remembers it.

#include "study/keep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using ::testing::Pair;

constexpr const char* kBoth = "sources = { REAL = 2000, FAKE = 10000 }\n";

class KeepTest : public ::testing::Test {
 protected:
  // Of [train.mix], and of what stands behind it.
  std::vector<TrainingSet> read(const std::string& section) {
    const auto file = folder_ / "x.toml";
    write_file(file, "[study]\nname = \"t\"\nclassifiers = [\"nn\"]\n[train.mix]\n" + section + "\n");
    return read_study(file).training_sets;
  }
  std::vector<std::string> names(const std::string& section) {
    std::vector<std::string> result;
    for (const TrainingSet& set : read(section)) result.push_back(set.name);
    return result;
  }
  std::string refusal(const std::string& section) {
    try {
      read(section);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  std::string keep(const std::string& of_fake) { return std::string(kBoth) + "keep = { FAKE = { " + of_fake + " } }"; }

  ersatz::testing::ScratchFolder folder_;
};

TEST_F(KeepTest, IsReadWithItsDefaults) {
  const Keep expected{KeepBy::agreement, 0.5, true, {"lenet", "", ""}};
  EXPECT_THAT(read(keep("by = \"agreement\", share = 0.5"))[0].use.keep, ElementsAre(Pair("FAKE", expected)));
  const Keep other{KeepBy::distinct, 0.25, false, {"nn-rgb", "", ""}};
  EXPECT_THAT(read(keep("by = \"distinct\", share = 0.25, per = \"all\", verifier = \"nn-rgb\""))[0].use.keep,
              ElementsAre(Pair("FAKE", other)));
  EXPECT_FALSE(read(keep("by = \"random\", share = 0.5"))[0].use.is_usual());
}

TEST_F(KeepTest, BringsAControlOfAsManyAtRandom) {
  const auto sets = read(keep("by = \"nearest\", share = 0.25, per = \"all\""));
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[1].name, "mix-random");
  EXPECT_EQ(sets[1].sources, sets[0].sources);
  EXPECT_THAT(sets[1].use.keep, ElementsAre(Pair("FAKE", Keep{KeepBy::random, 0.25, false, {}})));
}

TEST_F(KeepTest, OneControlIsEnough) {
  EXPECT_THAT(names(keep("by = \"random\", share = 0.5")), ElementsAre("mix"));
  const std::string agreed = keep("by = \"agreement\", share = 0.5");
  EXPECT_THAT(names(agreed + "\n[train.any]\n" + keep("by = \"random\", share = 0.5")), ElementsAre("mix", "any"));
  EXPECT_THAT(names(agreed + "\n[train.near]\n" + keep("by = \"nearest\", share = 0.5")),
              ElementsAre("mix", "mix-random", "near"));
  EXPECT_THAT(names(agreed + "\n[train.less]\n" + keep("by = \"agreement\", share = 0.25")),
              ElementsAre("mix", "mix-random", "less", "less-random"));
  EXPECT_THAT(refusal(agreed + "\n[train.mix-random]\nsources = { REAL = 5 }"),
              HasSubstr("train.mix-random: has the name of the set that keeps as many images of mix at random"));
}

TEST_F(KeepTest, SetsOfAGridThatLackTheSourceKeepWhatTheyHave) {
  EXPECT_THAT(names("sources = { REAL = 500, FAKE = [0, 100] }\nkeep = { FAKE = { by = \"middle\", share = 0.5 } }"),
              ElementsAre("mix-REAL500", "mix-REAL500+FAKE100", "mix-REAL500+FAKE100-random"));
}

TEST_F(KeepTest, LabelsOfATeacherHaveOptions) {
  const auto labels = [&](const std::string& value) { return read(std::string(kBoth) + "labels = " + value)[0].use; };
  EXPECT_EQ(labels("\"teacher\"").labels, TeacherLabels{});
  EXPECT_FALSE(labels("\"teacher\"").is_usual());
  EXPECT_EQ(labels("{ teacher = { share = 0.5, temperature = 2, verifier = \"nn\" } }").labels,
            (TeacherLabels{0.5, 2, {"nn", "", ""}}));
}

TEST_F(KeepTest, ARunRemembersIt) {
  RunSpec spec{"nn", read(keep("by = \"farthest\", share = 0.3, per = \"all\"") + "\nlabels = \"teacher\"")[0],
               1,    {},
               {},   "data",
               {},   {}};
  auto& [source, kept] = spec.train_on.use.keep.front();
  kept.verifier = {"lenet", "REAL", "verifier-1"};
  spec.train_on.use.labels = TeacherLabels{0.5, 3, {"nn", "REAL", "verifier-1"}};
  Json settings = Json::object();
  use_to_json(spec.train_on.use, settings);
  const ImageUse again = use_from_json(parse_json(settings.dump()));
  EXPECT_EQ(again.keep, spec.train_on.use.keep);
  EXPECT_EQ(again.labels, spec.train_on.use.labels);
  // What decides the images decides the id.
  const std::string id = spec.id();
  kept.verifier.recipe = "verifier-2";
  EXPECT_NE(spec.id(), id);
}

TEST_F(KeepTest, ARecordThatNobodyWroteIsRefused) {
  for (const char* settings :
       {R"({"keep": {"A": {"by": "taste", "share": 0.5}}})", R"({"keep": {"A": {"by": "random", "share": 1}}})",
        R"({"keep": {"A": {"by": "random", "share": 0.5, "per": "image"}}})",
        R"({"labels": {"teacher": {"share": 2, "verifier": {"classifier": "", "photographs": "", "recipe": ""}}}})"}) {
    EXPECT_THROW(use_from_json(parse_json(settings)), Error) << settings;
  }
  EXPECT_THROW(use_from_json(parse_json(R"({"keep": {"A": {"by": "middle", "share": 0.5}}})")), Json::exception);
}

TEST_F(KeepTest, MistakesAreNamedWithTheirLine) {
  EXPECT_THAT(refusal(keep("by = \"agrement\", share = 0.5")),
              HasSubstr("x.toml:6: train.mix.keep.FAKE.by: \"agrement\" is no way to choose images | did you mean "
                        "\"agreement\"?"));
  for (const char* share : {"0", "1", "1.5", "-0.5", "nan"}) {
    EXPECT_THAT(refusal(keep(std::string("by = \"agreement\", share = ") + share)),
                HasSubstr("train.mix.keep.FAKE.share: must be more than 0 and less than 1"));
  }
  EXPECT_THAT(refusal(keep("by = \"agreement\"")), HasSubstr("train.mix.keep.FAKE.share: is missing"));
  EXPECT_THAT(refusal(keep("share = 0.5")), HasSubstr("train.mix.keep.FAKE.by: is missing"));
  EXPECT_THAT(refusal(keep("by = \"middle\", share = 0.5, per = \"clas\"")), HasSubstr("did you mean \"class\"?"));
  EXPECT_THAT(refusal(keep("by = \"middle\", share = 0.5, verifier = \"lenett\"")),
              HasSubstr("unknown classifier \"lenett\" | did you mean \"lenet\"?"));
  EXPECT_THAT(refusal(keep("by = \"middle\", share = 0.5, verifier = \"vgg16\"")),
              HasSubstr("VGG16 reads features of a pretrained network"));
  EXPECT_THAT(refusal(keep("by = \"random\", share = 0.5, verifier = \"nn\"")), HasSubstr("does not count"));
  EXPECT_THAT(refusal(std::string(kBoth) + "keep = { FAKR = { by = \"middle\", share = 0.5 } }"),
              HasSubstr("keep.FAKR: is no source that the training set holds images of | did you mean \"FAKE\"?"));
  EXPECT_THAT(refusal("phases = [{ sources = { FAKE = 5 }, share = 0.5 }, { sources = { REAL = 5 }, share = 0.5 }]\n"
                      "keep = { FAKE = { by = \"middle\", share = 0.5 } }"),
              HasSubstr("train.mix.keep: cannot stand beside phases"));
  const auto labels = [&](const std::string& value) { return refusal(std::string(kBoth) + "labels = " + value); };
  EXPECT_THAT(labels("\"techer\""), HasSubstr("x.toml:6: train.mix.labels: must be \"teacher\", but is \"techer\""));
  EXPECT_THAT(labels("{ teacher = { share = 0 } }"), HasSubstr("labels.teacher.share: must be more than 0"));
  EXPECT_THAT(labels("{ teacher = { temperature = inf } }"),
              HasSubstr("labels.teacher.temperature: must be more than"));
  EXPECT_THAT(labels("{ }"), HasSubstr("names no teacher"));
}

}  // namespace
}  // namespace ersatz::study
