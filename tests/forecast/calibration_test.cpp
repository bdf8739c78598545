#include "forecast/calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::forecast {
namespace {

using ::testing::Optional;

constexpr train::ClassifierSpeed kSpeed{1000, 3000, 2000, 0.5};
const Machine kMachine{"processor, 2 cores", "build 1"};

class CalibrationTest : public ::testing::Test {
 protected:
  Calibration open(const Machine& machine = kMachine) const { return Calibration(folder_.path(), machine); }
  std::filesystem::path file() const { return folder_ / "calibration.json"; }
  static study::RunSpec run(std::uint64_t seed) {
    study::RunSpec spec;
    spec.classifier = "lenet";
    spec.train_on = {"A", {{"A", {}}}};
    spec.seed = seed;
    spec.data_fingerprint = "data";
    return spec;
  }

  testing::ScratchFolder folder_;
};

TEST_F(CalibrationTest, WhatIsSavedIsRead) {
  EXPECT_FALSE(Calibration::exists(folder_.path()));
  Calibration calibration = open();
  calibration.set("lenet", kSpeed);
  calibration.set("features", train::FeatureSpeed{300, 1});
  calibration.remember_epochs(run(1), 12);
  calibration.save();
  EXPECT_TRUE(Calibration::exists(folder_.path()));

  const Calibration read = open();
  const auto speed = read.classifier_speed("lenet");
  ASSERT_TRUE(speed);
  EXPECT_EQ(speed->training, kSpeed.training);
  EXPECT_EQ(speed->validation, kSpeed.validation);
  EXPECT_EQ(speed->testing, kSpeed.testing);
  EXPECT_EQ(speed->share, kSpeed.share);
  ASSERT_TRUE(read.feature_speed("features"));
  EXPECT_EQ(read.feature_speed("features")->images, 300);
  EXPECT_THAT(read.mean_epochs(run(1)), Optional(12));
}

TEST_F(CalibrationTest, NothingChangedWritesNothing) {
  open().save();
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(CalibrationTest, SpeedsHoldForTheirMachineAndProgramAndForWhatWasMeasured) {
  Calibration calibration = open();
  calibration.set("lenet, batch 64", kSpeed);
  calibration.save();
  EXPECT_FALSE(open().classifier_speed("lenet, batch 32"));
  EXPECT_FALSE(open().feature_speed("lenet, batch 64")) << "that is no speed of features";
  EXPECT_FALSE(open({"another processor, 2 cores", "build 1"}).classifier_speed("lenet, batch 64"));
  EXPECT_FALSE(open({"processor, 2 cores", "build 2"}).classifier_speed("lenet, batch 64"));
}

TEST_F(CalibrationTest, AnotherProgramTakesThePlaceAndAnotherMachineStandsBeside) {
  Calibration first = open();
  first.set("lenet", kSpeed);
  first.save();
  Calibration other = open({"another processor, 2 cores", "build 1"});
  other.set("lenet", kSpeed);
  other.save();
  EXPECT_TRUE(open().classifier_speed("lenet"));
  Calibration later = open({"processor, 2 cores", "build 2"});
  later.set("nn", kSpeed);
  later.save();
  EXPECT_FALSE(open().classifier_speed("lenet"));
  EXPECT_TRUE(open({"processor, 2 cores", "build 2"}).classifier_speed("nn"));
  EXPECT_TRUE(open({"another processor, 2 cores", "build 1"}).classifier_speed("lenet"));
}

TEST_F(CalibrationTest, EpochsAreTheMeanOverSeedsOfTheSameRun) {
  Calibration calibration = open();
  EXPECT_FALSE(calibration.mean_epochs(run(1)));
  calibration.remember_epochs(run(1), 12);
  calibration.remember_epochs(run(2), 17);
  calibration.remember_epochs(run(2), 18);  // seen again, after it was deleted and trained anew
  EXPECT_THAT(calibration.mean_epochs(run(3)), Optional(15));
  study::RunSpec renamed = run(3);
  renamed.train_on.name = "another name for the same images";
  EXPECT_THAT(calibration.mean_epochs(renamed), Optional(15));

  study::RunSpec other = run(3);
  other.settings.limit = 100;
  EXPECT_FALSE(calibration.mean_epochs(other));
  other = run(3);
  other.settings.learning_rate = 0.02;
  EXPECT_FALSE(calibration.mean_epochs(other));
  other = run(3);
  other.data_fingerprint = "other data";
  EXPECT_FALSE(calibration.mean_epochs(other));
  other = run(3);
  other.train_on.sources[0].first = "B";
  EXPECT_FALSE(calibration.mean_epochs(other));
}

TEST_F(CalibrationTest, ADamagedFileCountsAsEmpty) {
  Calibration good = open();
  good.set("lenet", kSpeed);
  good.remember_epochs(run(1), 12);
  good.save();
  const std::string whole = read_file(file());
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("3"),
        whole.substr(0, whole.size() / 2), replaced("\"format\": 1", "\"format\": 2"),
        replaced("\"format\": 1", "\"format\": []"), replaced("1000", "-1000"), replaced("1000.0", "\"fast\""),
        replaced("\"speeds\": {", "\"speeds\": 3, \"x\": {"),
        replaced("\"machines\": {", "\"machines\": [], \"x\": {")}) {
    write_file(file(), text);
    EXPECT_FALSE(open().classifier_speed("lenet")) << text;
    Calibration again = open();
    again.mean_epochs(run(2));
    again.set("lenet", kSpeed);
    again.remember_epochs(run(1), 12);
    again.save();
    EXPECT_TRUE(open().classifier_speed("lenet")) << text;
    EXPECT_THAT(open().mean_epochs(run(2)), Optional(12)) << text;
  }
  write_file(file(), replaced("\"1\": 12", "\"1\": \"twelve\""));
  EXPECT_FALSE(open().mean_epochs(run(2)));
}

TEST_F(CalibrationTest, AFileThatCannotBeWrittenIsNoError) {
  write_file(folder_ / "file", "");
  Calibration calibration(folder_ / "file", kMachine);
  calibration.set("lenet", kSpeed);
  EXPECT_NO_THROW(calibration.save());
}

TEST(ThisMachine, IsNamedTheSameEachTime) {
  EXPECT_EQ(this_machine(), this_machine());
  EXPECT_NE(this_machine().program.find("oneDNN"), std::string::npos);
}

}  // namespace
}  // namespace ersatz::forecast
