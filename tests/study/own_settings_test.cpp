#include "study/own_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/plan.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/study_file.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OwnSettingsTest : public ::testing::Test {
 protected:
  // [train.AB] is line 6, what is behind it begins at line 8.
  Study read(const std::string& own, const std::string& training = "",
             const std::string& classifiers = "\"lenet\"") const {
    write_file(file_, "[study]\nname = \"t\"\nclassifiers = [" + classifiers +
                          "]\n[train.A]\nsources = { A = 12 }\n[train.AB]\nsources = { A = 12, B = [6, \"all\"] }\n" +
                          own + "[training]\nsteps = 10\n" + training);
    return read_study(file_);
  }
  std::string refusal(const std::string& own, const std::string& training = "") const {
    try {
      read(own, training);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  Plan plan(const std::string& own, const std::string& training = "", const std::string& classifiers = "\"lenet\"") {
    if (data_.sources.empty()) {
      testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 0});
      testing::write_tiny_source(folder_ / "data", {"B", 10, 5, 0});
      data_ = testing::open_tiny(folder_ / "data", folder_ / "cache");
    }
    return make_plan(read(own, training, classifiers), data_, folder_ / "cache");
  }
  static std::vector<std::string> ids(const Plan& plan) {
    std::vector<std::string> all;
    for (const PlannedRun& run : plan.runs) all.push_back(run.id);
    return all;
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "t.toml";
  data::DataSet data_;
};

TEST_F(OwnSettingsTest, HoldForEverySetOfAGrid) {
  const Study study = read("learning_rate = 0.03\nmomentum = 0.5\nlabel_smoothing = 0.1\n");
  ASSERT_EQ(study.training_sets.size(), 3U);
  EXPECT_EQ(study.training_sets[0].own, TrainingSettings{});
  for (const std::size_t i : {1, 2}) {
    TrainingSettings expected;
    expected.learning_rate = 0.03;
    expected.momentum = 0.5;
    expected.label_smoothing = 0.1;
    EXPECT_EQ(study.training_sets[i].own, expected);
  }
}

TEST_F(OwnSettingsTest, WhatCannotBeIsAnErrorWithItsLine) {
  const auto at = [&](const std::string& key) { return file_.string() + ":8: train.AB." + key + ": "; };
  EXPECT_THAT(refusal("learning_rate = 0\n"), HasSubstr(at("learning_rate") + "must be more than 0, but is 0"));
  EXPECT_THAT(refusal("momentum = 1\n"), HasSubstr(at("momentum") + "must be at least 0 and less than 1, but is 1"));
  EXPECT_THAT(refusal("label_smoothing = \"a\"\n"), HasSubstr(at("label_smoothing") + "must be a number"));
  EXPECT_THAT(refusal("epochs = 3\n"), HasSubstr(at("epochs")));
  EXPECT_THAT(refusal("momentum = 0\n", "momentum = 0.9\nnesterov = true\n"),
              HasSubstr(at("momentum") + "cannot be 0: nesterov of [training]"));
}

TEST_F(OwnSettingsTest, GoBeforeThoseOfTheStudy) {
  const Plan own = plan("learning_rate = 0.03\nmomentum = 0.5\n", "momentum = 0.9\n");
  EXPECT_EQ(own.runs[0].spec.settings.learning_rate, 0.01);
  EXPECT_EQ(own.runs[0].spec.settings.momentum, 0.9);
  EXPECT_EQ(own.runs[1].spec.settings.learning_rate, 0.03);
  EXPECT_EQ(own.runs[1].method.optimizer.learning_rate, 0.03);
  EXPECT_EQ(own.runs[2].method.optimizer.momentum, 0.5);
  const Plan all = plan("", "learning_rate = 0.03\nmomentum = 0.5\n");
  EXPECT_EQ(own.runs[1].id, all.runs[1].id) << "the same training has the same id";
  ASSERT_EQ(own.own_settings.size(), 2U);
  EXPECT_EQ(own.own_settings[0].train_on, "AB-A12+B6");
  EXPECT_EQ(own.own_settings[0].settings.learning_rate, 0.03);
  EXPECT_THAT(all.own_settings, IsEmpty());
}

TEST_F(OwnSettingsTest, TheStudysOwnValuesChangeNothing) {
  const Plan plain = plan(""), own = plan("learning_rate = 0.01\nmomentum = 0.0\nlabel_smoothing = 0\n");
  EXPECT_EQ(ids(own), ids(plain));
  EXPECT_THAT(own.own_settings, IsEmpty());
  EXPECT_EQ(plan("learning_rate = 0.01\nmomentum = 0.9\n").own_settings[0].settings.learning_rate, std::nullopt);
}

TEST_F(OwnSettingsTest, WhatAMethodOfItsOwnIgnoresIsRemarked) {
  const Plan own = plan("learning_rate = 0.03\nlabel_smoothing = 0.1\n", "", "\"lenet\", \"convnet:0.25\"");
  EXPECT_THAT(own.remarks, ElementsAre(HasSubstr("learning_rate of training sets does not count for it")));
  ASSERT_EQ(own.own_settings.size(), 4U);
  EXPECT_EQ(own.own_settings[1].settings.learning_rate, 0.03);
  EXPECT_EQ(own.own_settings[2].classifier, "convnet:0.25");
  EXPECT_EQ(own.own_settings[2].settings.learning_rate, std::nullopt);
  EXPECT_EQ(own.own_settings[2].settings.label_smoothing, 0.1);
}

TEST_F(OwnSettingsTest, AreInTheRecordOfTheStudy) {
  Session session{read("momentum = 0.5\n"), {}, folder_ / "out", folder_ / "cache", plan("momentum = 0.5\n")};
  session.data = data_;
  const StudyRecord record = study_record(session);
  EXPECT_EQ(record.own_settings, session.plan.own_settings);
  EXPECT_EQ(own_settings_of(record.own_settings, "lenet", "AB-A12+B6").momentum, 0.5);
  EXPECT_EQ(own_settings_of(record.own_settings, "lenet", "A"), TrainingSettings{});
  EXPECT_EQ(own_settings_of(record.own_settings, "nn", "AB-A12+B6"), TrainingSettings{});
  std::filesystem::create_directories(session.out);
  write_study_record(session.out, record);
  EXPECT_EQ(read_study_record(session.out), record);
  session.plan = plan("");
  write_study_record(session.out, study_record(session));
  EXPECT_THAT(read_file(session.out / "study.json"), Not(HasSubstr("own_settings"))) << "as earlier versions wrote it";
}

}  // namespace
}  // namespace ersatz::study
