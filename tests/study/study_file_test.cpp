#include "study/study_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Line 1 to 5; whatever a test adds begins on line 6.
constexpr const char* kHead =
    "[study]\n"
    "name = \"t\"\n"
    "classifiers = [\"nn\", \"lenet\"]\n"
    "[train.A]\n"
    "sources = { REAL = \"all\" }\n";

class StudyFileTest : public ::testing::Test {
 protected:
  Study read(const std::string& text) {
    file_ = folder_ / "x.toml";
    write_file(file_, text);
    return read_study(file_);
  }
  // The message and the hint that a text is refused with.
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  std::string refusal_behind_head(const std::string& text) { return refusal(kHead + text); }
  std::string at(int line, const std::string& key) {
    return file_.string() + ":" + std::to_string(line) + ": " + key + ":";
  }

  ersatz::testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "x.toml";
};

TEST_F(StudyFileTest, DefaultsAreTheSeedStudys) {
  const Study study = read(kHead);
  EXPECT_EQ(study.name, "t");
  EXPECT_THAT(study.classifiers, ElementsAre("nn", "lenet"));
  EXPECT_THAT(study.seeds, ElementsAre(1U));
  EXPECT_TRUE(study.test_on.empty());
  EXPECT_EQ(study.asked, TrainingSettings()) << "nothing is asked for";
  const TrainingSettings settings = with_defaults(study.asked);
  EXPECT_EQ(settings.epochs, 20);
  EXPECT_EQ(settings.batch, 64);
  EXPECT_EQ(settings.patience, 2);
  EXPECT_EQ(settings.learning_rate, 0.01);
  EXPECT_EQ(settings.momentum, 0);
  EXPECT_EQ(settings.nesterov, false);
  EXPECT_EQ(settings.decay_rate, 0.9);
  EXPECT_EQ(settings.decay_steps, 10000);
  EXPECT_EQ(settings.validation, 0.2);
  EXPECT_EQ(settings.precision, PrecisionChoice::automatic);
  EXPECT_EQ(settings.drop_duplicates, DropDuplicates::none);
  EXPECT_FALSE(settings.limit);
  EXPECT_FALSE(settings.steps);
  EXPECT_FALSE(settings.label_smoothing);
}

TEST_F(StudyFileTest, AStepBudgetReplacesEpochs) {
  const TrainingSettings own = read(std::string(kHead) + "[training]\nsteps = 100\ndecay_steps = 50\n").asked;
  EXPECT_EQ(own.steps, 100);
  TrainingSettings stretched = own;
  replace_steps(stretched, 300);
  EXPECT_EQ(stretched.steps, 300);
  EXPECT_EQ(stretched.decay_steps, 150);
  TrainingSettings by_epochs = read(std::string(kHead) + "[training]\npatience = 3\ndecay_steps = 50\n").asked;
  replace_steps(by_epochs, 300);
  EXPECT_FALSE(by_epochs.decay_steps) << "it was meant for epochs";
  EXPECT_FALSE(by_epochs.patience);
  EXPECT_THAT(refusal_behind_head("[training]\nsteps = 5\nepochs = 5\n"),
              HasSubstr(at(8, "training.epochs") + " cannot stand beside steps"));
  EXPECT_THAT(refusal_behind_head("[training]\nsteps = 5\npatience = 0\n"),
              HasSubstr(at(8, "training.patience") + " cannot stand beside steps"));
  EXPECT_THAT(refusal_behind_head("[training]\nsteps = 0\n"), HasSubstr("must be at least 1, but is 0"));
}

TEST_F(StudyFileTest, DuplicatesMayBeNear) {
  const std::string head = "[study]\nname = \"x\"\nclassifiers = [\"lenet\"]\n[data]\npath = \"x.zip\"\n";
  const std::string sets = "[train.A]\nsources = { A = \"all\" }\n";
  EXPECT_EQ(read(head + "drop_duplicates = \"near\"\n" + sets).asked.drop_duplicates, DropDuplicates::near);
  EXPECT_EQ(read(head + "drop_duplicates = false\n" + sets).asked.drop_duplicates, DropDuplicates::none);
}

TEST_F(StudyFileTest, EveryKeyIsRead) {
  const Study study = read(
      "[study]\nname = \"all-keys\"\nclassifiers = [\"lenet\"]\ntest_on = [\"B\", \"A\"]\nseeds = [3, 1]\n"
      "[data]\npath = \"x/data.zip\"\ndrop_duplicates = true\nsources = { C = \"/abs/c\" }\n"
      "[training]\nepochs = 7\nbatch = 32\nlearning_rate = 0.5\nmomentum = 0.9\nnesterov = true\ndecay_rate = 1\n"
      "decay_steps = 5\npatience = 0\nlabel_smoothing = 0.1\nvalidation = 0.25\nprecision = \"bf16\"\n"
      "validate_on = [\"B\"]\n"
      "[train.mix]\nsources = { B = 0.5, A = 500 }\n");
  EXPECT_THAT(study.test_on, ElementsAre("B", "A"));
  EXPECT_THAT(study.seeds, ElementsAre(3U, 1U));
  EXPECT_EQ(study.data.path, folder_ / "x/data.zip") << "relative to the study file";
  EXPECT_EQ(study.data.sources.at("C"), "/abs/c");
  const TrainingSettings& settings = study.asked;
  EXPECT_EQ(settings.drop_duplicates, DropDuplicates::exact);
  EXPECT_EQ(settings.epochs, 7);
  EXPECT_EQ(settings.batch, 32);
  EXPECT_EQ(settings.learning_rate, 0.5);
  EXPECT_EQ(settings.momentum, 0.9);
  EXPECT_EQ(settings.nesterov, true);
  EXPECT_EQ(settings.decay_rate, 1);
  EXPECT_EQ(settings.decay_steps, 5);
  EXPECT_EQ(settings.patience, 0);
  EXPECT_EQ(settings.label_smoothing, 0.1);
  EXPECT_EQ(settings.validation, 0.25);
  EXPECT_THAT(settings.validate_on, ::testing::Optional(ElementsAre("B")));
  EXPECT_EQ(settings.precision, PrecisionChoice::bf16);
  ASSERT_EQ(study.training_sets.size(), 1U);
  EXPECT_THAT(study.training_sets[0].sources, ElementsAre(std::pair{"A", Amount{Amount::Kind::count, 500}},
                                                          std::pair{"B", Amount{Amount::Kind::fraction, 0.5}}));
}

TEST_F(StudyFileTest, ASizeIsOneNumberOrHeightAndWidth) {
  EXPECT_FALSE(read(kHead).resize);
  const data::Resize square = read(std::string(kHead) + "[data]\nsize = 64\n").resize.value();
  EXPECT_EQ(square, (data::Resize{{64, 64}, data::Fit::crop, data::Filter::bicubic, false}));
  const data::Resize wide =
      read(std::string(kHead) + "[data]\nsize = [48, 64]\nfit = \"pad\"\nfilter = \"box\"\ndraft = true\n")
          .resize.value();
  EXPECT_EQ(wide, (data::Resize{{48, 64}, data::Fit::pad, data::Filter::box, true}));
}

TEST_F(StudyFileTest, TrainingSetsKeepTheOrderOfTheFile) {
  const Study study =
      read(std::string(kHead) + "[train.REAL]\nsources = { REAL = 1.0 }\n[train.FAKE]\nsources = { FAKE = 2 }\n");
  std::vector<std::string> names;
  for (const TrainingSet& set : study.training_sets) names.push_back(set.name);
  EXPECT_THAT(names, ElementsAre("A", "REAL", "FAKE"));
  EXPECT_EQ(study.training_sets[1].sources[0].second, Amount{}) << "a fraction of 1 is all";
}

TEST_F(StudyFileTest, ErrorsNameFileLineAndKey) {
  EXPECT_THAT(refusal_behind_head("[training]\nepochs = 0\n"),
              HasSubstr(at(7, "training.epochs") + " must be at least 1, but is 0"));
  EXPECT_THAT(refusal_behind_head("[training]\nbatch = 64\nmomentum = 1.0\n"), HasSubstr(at(8, "training.momentum")));
}

TEST_F(StudyFileTest, UnknownKeysGetTheNearestKnownOne) {
  EXPECT_THAT(refusal_behind_head("[training]\nepoch = 3\n"),
              AllOf(HasSubstr(at(7, "training.epoch") + " unknown key"), HasSubstr("did you mean \"epochs\"?")));
  EXPECT_THAT(refusal_behind_head("[trainign]\n"), AllOf(HasSubstr(at(6, "trainign")), HasSubstr("\"training\"")));
  EXPECT_THAT(refusal_behind_head("[data]\nfoobarbaz = 1\n"),
              HasSubstr("known keys: path, sources, size, fit, filter, draft, test, group, labels, "
                        "columns, classes, made_from and drop_duplicates"));
  EXPECT_THAT(refusal_behind_head("[train.B]\nsource = 1\n"), HasSubstr(at(7, "train.B.source")));
}

struct Refused {
  const char* text;
  int line;
  const char* key;
};

class RefusedTest : public StudyFileTest, public ::testing::WithParamInterface<Refused> {};

TEST_P(RefusedTest, NamesLineAndKey) {
  EXPECT_THAT(refusal_behind_head(GetParam().text), HasSubstr(at(GetParam().line, GetParam().key)));
}

INSTANTIATE_TEST_SUITE_P(
    ImpossibleValues, RefusedTest,
    ::testing::Values(
        Refused{"[data]\nsize = 0\n", 7, "data.size"}, Refused{"[data]\nsize = 20000\n", 7, "data.size"},
        Refused{"[data]\nsize = [32]\n", 7, "data.size"}, Refused{"[data]\nsize = [32, -1]\n", 7, "data.size"},
        Refused{"[data]\nsize = \"32\"\n", 7, "data.size"}, Refused{"[data]\nfit = \"crop\"\n", 7, "data.fit"},
        Refused{"[data]\nsize = 8\nfit = \"stretch\"\n", 8, "data.fit"},
        Refused{"[data]\nsize = 8\nfilter = \"cubic\"\n", 8, "data.filter"},
        Refused{"[training]\nlearning_rate = -0.1\n", 7, "training.learning_rate"},
        Refused{"[training]\nlearning_rate = 0\n", 7, "training.learning_rate"},
        Refused{"[training]\nlearning_rate = inf\n", 7, "training.learning_rate"},
        Refused{"[training]\nlearning_rate = nan\n", 7, "training.learning_rate"},
        Refused{"[training]\nlearning_rate = \"fast\"\n", 7, "training.learning_rate"},
        Refused{"[training]\nepochs = 2.5\n", 7, "training.epochs"},
        Refused{"[training]\nepochs = 99999999999\n", 7, "training.epochs"},
        Refused{"[training]\nbatch = 0\n", 7, "training.batch"},
        Refused{"[training]\npatience = -1\n", 7, "training.patience"},
        Refused{"[training]\nvalidation = 0\npatience = 2\n", 8, "training.patience"},
        Refused{"[training]\nvalidation = 1.0\n", 7, "training.validation"},
        Refused{"[training]\nmomentum = -0.1\n", 7, "training.momentum"},
        Refused{"[training]\nnesterov = true\n", 7, "training.nesterov"},
        Refused{"[training]\nlabel_smoothing = 1\n", 7, "training.label_smoothing"},
        Refused{"[training]\nnesterov = 1\nmomentum = 0.9\n", 7, "training.nesterov"},
        Refused{"[training]\ndecay_rate = 1.5\n", 7, "training.decay_rate"},
        Refused{"[training]\ndecay_steps = 0\n", 7, "training.decay_steps"},
        Refused{"[training]\nprecision = \"f16\"\n", 7, "training.precision"},
        Refused{"[data]\npath = 3\n", 7, "data.path"}, Refused{"[data]\npath = \"\"\n", 7, "data.path"},
        Refused{"[data]\ndrop_duplicates = \"yes\"\n", 7, "data.drop_duplicates"},
        Refused{"[data]\ndrop_duplicates = 1\n", 7, "data.drop_duplicates"},
        Refused{"[data.sources]\n\"a b\" = \"x\"\n", 7, "data.sources.a b"},
        Refused{"[train.B]\nsources = { R = 1.5 }\n", 7, "train.B.sources.R"},
        Refused{"[train.B]\nsources = { R = 0.0 }\n", 7, "train.B.sources"},
        Refused{"[train.B]\nsources = { R = 0 }\n", 7, "train.B.sources"},
        Refused{"[train.B]\nsources = { R = \"half\" }\n", 7, "train.B.sources.R"},
        Refused{"[train.B]\nsources = { R = [true] }\n", 7, "train.B.sources.R"},
        Refused{"[train.B]\nsources = { }\n", 7, "train.B.sources"},
        Refused{"[train.B]\nsources = \"REAL\"\n", 7, "train.B.sources"}, Refused{"[train.B]\n", 6, "train.B.sources"},
        Refused{"[train.\"a/b\"]\nsources = { R = 1 }\n", 6, "train.a/b"},
        Refused{"[train.\"a b\"]\nsources = { R = 1 }\n", 6, "train.a b"},
        Refused{"[train.\".b\"]\nsources = { R = 1 }\n", 6, "train..b"}));

TEST_F(StudyFileTest, WhatIsSetAsideIsAShareOrANumber) {
  for (const char* wrong : {"1.5", "0.0", "0", "-3", "\"a fifth\"", "{ photos = 2.0 }"}) {
    EXPECT_THAT(refusal_behind_head(fmt::format("[data]\ntest = {}\n", wrong)), HasSubstr("test")) << wrong;
  }
  EXPECT_THAT(refusal_behind_head("[data]\ntest = 1.5\n"), HasSubstr("a share above 0 and below 1"));
  EXPECT_THAT(refusal_behind_head("[data]\ngroup = \"\"\n"), HasSubstr("data.group: must not be empty"));
  EXPECT_THAT(refusal_behind_head("[data]\nclasses = { cat = \"kitten\" }\n"), HasSubstr("data.classes.cat"));
}

TEST_F(StudyFileTest, TheHeadIsCheckedToo) {
  const std::string rest = "[train.A]\nsources = { REAL = \"all\" }\n";
  const auto head = [&](const std::string& text) { return refusal("[study]\n" + text + rest); };
  EXPECT_THAT(head("classifiers = [\"nn\"]\n"), HasSubstr(at(1, "study.name") + " is missing"));
  EXPECT_THAT(head("name = \"a/b\"\nclassifiers = [\"nn\"]\n"), HasSubstr(at(2, "study.name")));
  EXPECT_THAT(head("name = \"..\"\nclassifiers = [\"nn\"]\n"), HasSubstr(at(2, "study.name")));
  EXPECT_THAT(head("name = \"a\"\n"), HasSubstr(at(1, "study.classifiers") + " is missing"));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = []\n"), HasSubstr(at(3, "study.classifiers")));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"lenett\"]\n"),
              AllOf(HasSubstr(at(3, "study.classifiers") + " unknown classifier \"lenett\""),
                    HasSubstr("did you mean \"lenet\"?")));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\", \"nn\"]\n"), HasSubstr("twice"));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\"]\nseeds = [1, 2, 1]\n"),
              HasSubstr(at(4, "study.seeds") + " holds 1 twice"));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\"]\nseeds = [-1]\n"), HasSubstr(at(4, "study.seeds")));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\"]\nseeds = []\n"), HasSubstr(at(4, "study.seeds")));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\"]\nseeds = 3\n"), HasSubstr(at(4, "study.seeds")));
  EXPECT_THAT(head("name = \"a\"\nclassifiers = [\"nn\"]\ntest_on = [\"R\", 1]\n"), HasSubstr(at(4, "study.test_on")));
}

TEST_F(StudyFileTest, WhatIsNotTomlNamesTheLine) {
  EXPECT_THAT(refusal("[study]\nname = \n"), HasSubstr(file_.string() + ":2"));
  EXPECT_THAT(refusal("[study]\nname = \"a\"\nname = \"b\"\n"), HasSubstr(file_.string() + ":3"));
}

TEST_F(StudyFileTest, AStudyNeedsATrainingSetAndAHead) {
  EXPECT_THAT(refusal("[study]\nname = \"a\"\nclassifiers = [\"nn\"]\n"), HasSubstr("no training set"));
  EXPECT_THAT(refusal("[train.A]\nsources = { REAL = \"all\" }\n"), HasSubstr("study: is missing"));
  EXPECT_THROW(read_study(folder_ / "none.toml"), Error);
}

// The studies that come with ersatz can be read, and say what their names promise.
TEST(ShippedStudies, AreValid) {
  const std::filesystem::path studies = std::filesystem::path(ERSATZ_SOURCE_DIR) / "studies";
  EXPECT_EQ(read_study(studies / "cifake.toml").name, "cifake");
  EXPECT_THAT(read_study(studies / "cifake-seeds.toml").seeds, ElementsAre(1U, 2U, 3U, 4U, 5U));
  for (const auto& entry : std::filesystem::directory_iterator(studies)) {
    EXPECT_EQ(read_study(entry.path()).name, entry.path().stem()) << entry.path();
  }
}

}  // namespace
}  // namespace ersatz::study
