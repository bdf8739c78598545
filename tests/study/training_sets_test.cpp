#include "study/training_sets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TrainingSetsTest : public ::testing::Test {
 protected:
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

  ersatz::testing::ScratchFolder folder_;
};

TEST_F(TrainingSetsTest, AmountsWithoutListsAreOneSet) {
  const auto sets = read("sources = { REAL = 5000, FAKE = 0.5 }");
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].name, "mix");
  ASSERT_EQ(sets[0].sources.size(), 2U);
  EXPECT_EQ(sets[0].sources[0].first, "FAKE");
  EXPECT_EQ(sets[0].sources[0].second, (Amount{Amount::Kind::fraction, 0.5}));
  EXPECT_EQ(sets[0].sources[1].second, (Amount{Amount::Kind::count, 5000}));
  EXPECT_FALSE(sets[0].augment.has_value());
}

TEST_F(TrainingSetsTest, ListsMakeAGridWithoutItsEmptyCorner) {
  EXPECT_THAT(
      names("sources = { REAL = [0, 500, \"all\"], FAKE = [0, 10000] }"),
      ElementsAre("mix-FAKE10000", "mix-REAL500", "mix-REAL500+FAKE10000", "mix-REALall", "mix-REALall+FAKE10000"));
  EXPECT_THAT(names("sources = { REAL = [0.5, 1.0] }"), ElementsAre("mix-REAL0.5", "mix-REALall"));
}

TEST_F(TrainingSetsTest, NothingOfASourceIsTheSameRunAsLeavingItOut) {
  const auto id = [](TrainingSet set) {
    set.name = "any";
    return RunSpec{"nn", set, 1, {}, {}, "data", {}, {}}.id();
  };
  EXPECT_EQ(id(read("sources = { REAL = 500, FAKE = 0 }")[0]), id(read("sources = { REAL = 500 }")[0]));
}

TEST_F(TrainingSetsTest, ReplaceKeepsTheTotal) {
  const auto sets = read("replace = { total = { REAL = 1000 }, by = \"FAKE\", shares = [0, 0.3335, 1] }");
  ASSERT_EQ(sets.size(), 3U);
  EXPECT_EQ(sets[0].name, "mix-REAL1000");
  EXPECT_EQ(sets[1].name, "mix-REAL666+FAKE334");  // 333.5 is rounded up
  EXPECT_EQ(sets[2].name, "mix-FAKE1000");
  EXPECT_EQ(names("replace = { total = { REAL = 100 }, by = \"FAKE\" }").size(), 5U) << "quarters are the default";
}

TEST_F(TrainingSetsTest, AddKeepsTheBase) {
  EXPECT_THAT(names("add = { FAKE = [0, 2000, \"all\"], to = { REAL = 500 } }"),
              ElementsAre("mix-REAL500", "mix-REAL500+FAKE2000", "mix-REAL500+FAKEall"));
}

TEST_F(TrainingSetsTest, AugmentationsAreReadWithTheirParameters) {
  const auto sets = read("sources = { REAL = [10, 20] }\naugment = [\"flip\", { name = \"crop\", padding = 2 }]");
  ASSERT_EQ(sets.size(), 2U);
  for (const TrainingSet& set : sets) {
    ASSERT_TRUE(set.augment.has_value());
    ASSERT_EQ(set.augment->size(), 2U);
    EXPECT_EQ(std::get<data::Crop>((*set.augment)[1]).padding, 2);
  }
  EXPECT_TRUE(read("sources = { REAL = 10 }\naugment = []")[0].augment.has_value());
}

TEST_F(TrainingSetsTest, MistakesAreNamedWithTheirLine) {
  EXPECT_THAT(refusal("sources = { REAL = [500, 500] }"),
              HasSubstr("x.toml:5: train.mix.sources.REAL: holds 500 twice"));
  EXPECT_THAT(refusal("sources = { REAL = [1.0, \"all\"] }"), HasSubstr("holds all twice"));
  EXPECT_THAT(refusal("sources = { REAL = [] }"), HasSubstr("must not be empty"));
  EXPECT_THAT(refusal("sources = { REAL = [-1] }"), HasSubstr("must be at least 0 images, but is -1"));
  EXPECT_THAT(refusal("sources = { REAL = 1.5 }"), HasSubstr("at most 1, but is 1.5"));
  EXPECT_THAT(refusal("sources = { REAL = 0, FAKE = 0 }"), HasSubstr("the training set holds no images"));
  EXPECT_THAT(refusal("augment = [\"flip\"]"), HasSubstr("train.mix.sources: is missing"));
  EXPECT_THAT(refusal("sources = { REAL = 1 }\nadd = { FAKE = 1, to = { REAL = 1 } }"),
              HasSubstr("train.mix.add: cannot stand beside sources"));
  EXPECT_THAT(refusal("replace = { total = { REAL = \"all\" }, by = \"FAKE\" }"),
              HasSubstr("must be a number of images"));
  EXPECT_THAT(refusal("replace = { total = { REAL = 5 }, by = \"REAL\" }"), HasSubstr("is the source REAL itself"));
  EXPECT_THAT(refusal("replace = { total = { REAL = 5 }, by = \"FAKE\", shares = [2] }"),
              HasSubstr("must lie in 0 .. 1"));
  EXPECT_THAT(refusal("add = { FAKE = 5 }"), HasSubstr("train.mix.add.to: is missing"));
  EXPECT_THAT(refusal("add = { to = { REAL = 5 } }"), HasSubstr("has nothing that is added"));
  EXPECT_THAT(refusal("sources = { REAL = 1 }\naugment = [\"flop\"]"),
              HasSubstr("x.toml:6: train.mix.augment: there is no augmentation \"flop\" | did you mean \"flip\"?"));
  EXPECT_THAT(refusal("sources = { REAL = 1 }\naugment = \"flip\""), HasSubstr("must be a list"));
}

}  // namespace
}  // namespace ersatz::study
