#include "study/run_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

RunSpec example() {
  RunSpec spec;
  spec.classifier = "lenet";
  spec.train_on = {"MIX", {{"FAKE", {Amount::Kind::fraction, 0.1}}, {"REAL", {Amount::Kind::count, 5000}}}};
  spec.seed = 3;
  spec.settings = with_defaults({});
  spec.settings.limit = 500;
  spec.settings.learning_rate = 0.1 + 0.2;
  spec.settings.precision = PrecisionChoice::bf16;
  spec.data_fingerprint = std::string(64, 'a');
  spec.test_on = {"REAL", "FAKE"};
  return spec;
}

TEST(RunSpec, IdsAreReadable) { EXPECT_THAT(example().id(), ::testing::MatchesRegex("lenet-MIX-s3-[0-9a-f]{8}")); }

TEST(RunSpec, IdsHoldNoCharactersThatFileNamesShouldNot) {
  RunSpec spec = example();
  spec.classifier = "vgg16:block3";
  EXPECT_THAT(spec.id(), ::testing::StartsWith("vgg16-block3-MIX-s3-"));
}

// An id that changed would orphan every output folder there is.
TEST(RunSpec, IdsStayWhatTheyAre) { EXPECT_EQ(example().id(), "lenet-MIX-s3-66780dc9"); }

TEST(RunSpec, ReadsBackAsItWasWritten) {
  const RunSpec spec = example();
  const RunSpec back = run_spec_from_json(Json::parse(to_json(spec).dump()));
  EXPECT_EQ(back.id(), spec.id());
  EXPECT_EQ(to_json(back), to_json(spec));
  EXPECT_EQ(back.settings.learning_rate, spec.settings.learning_rate) << "to the last bit";
}

TEST(RunSpec, EverySettingIsPartOfTheIdentity) {
  const std::vector<std::function<void(RunSpec&)>> changes{
      [](RunSpec& s) { s.seed = 4; },
      [](RunSpec& s) { s.classifier = "nn"; },
      [](RunSpec& s) { s.data_fingerprint = std::string(64, 'b'); },
      [](RunSpec& s) { s.train_on.sources[0].second.value = 0.2; },
      [](RunSpec& s) { s.train_on.sources[1].second = {}; },
      [](RunSpec& s) { s.train_on.sources.pop_back(); },
      [](RunSpec& s) { s.settings.limit.reset(); },
      [](RunSpec& s) { s.settings.limit = 501; },
      [](RunSpec& s) { s.settings.precision = PrecisionChoice::f32; },
      [](RunSpec& s) { s.settings.validation = 0.1; },
      [](RunSpec& s) { s.settings.drop_duplicates = DropDuplicates::exact; },
      [](RunSpec& s) { s.settings.drop_duplicates = DropDuplicates::near; },
      [](RunSpec& s) { s.settings.epochs = 3; },
      [](RunSpec& s) { s.settings.batch = 3; },
      [](RunSpec& s) { s.settings.patience = 3; },
      [](RunSpec& s) { s.settings.label_smoothing = 0.1; },
      [](RunSpec& s) { s.settings.learning_rate = 0.3; },
      [](RunSpec& s) { s.settings.momentum = 0.5; },
      [](RunSpec& s) { s.settings.nesterov = true; },
      [](RunSpec& s) { s.settings.decay_rate = 0.5; },
      [](RunSpec& s) { s.settings.decay_steps = 5; },
      [](RunSpec& s) { s.settings.steps = 5; },
      [](RunSpec& s) { s.settings.validate_on = {"REAL"}; },
      [](RunSpec& s) { s.method_version = "other-1"; },
  };
  std::set<std::string> hashes{example().id().substr(13)};
  for (const auto& change : changes) {
    RunSpec spec = example();
    change(spec);
    hashes.insert(spec.id().substr(spec.id().rfind('-') + 1));
  }
  EXPECT_EQ(hashes.size(), changes.size() + 1);
}

TEST(RunSpec, WhatItIsTestedOnIsNot) {
  RunSpec spec = example();
  spec.test_on = {"REAL"};
  EXPECT_EQ(spec.id(), example().id());
}

// Reports print what was used, not what the program would use today.
TEST(RunSpec, ARecordIsReadAsItWasWritten) {
  Json record = to_json(example());
  record["classifier"] = "convnet";
  Json& settings = record["settings"];
  settings["steps"] = 1234;
  settings["recipe"] = "airbench94-0";  // a version that there never was, with values of its own
  settings["learning_rate"] = 0.125;
  settings["momentum"] = 0.5;
  settings["batch"] = 77;
  settings["epochs"] = 0;
  const RunSpec read = run_spec_from_json(record);
  EXPECT_EQ(read.method_version, "airbench94-0");
  EXPECT_EQ(read.settings.learning_rate, 0.125);
  EXPECT_EQ(read.settings.momentum, 0.5);
  EXPECT_EQ(read.settings.batch, 77);
  EXPECT_EQ(read.settings.steps, 1234);
  EXPECT_FALSE(read.settings.label_smoothing) << "not written, so not known";
  EXPECT_EQ(to_json(read), record);
  record["settings"]["recipe"] = "airbench94-1";
  EXPECT_NE(run_spec_from_json(record).id(), read.id());
}

TEST(RunSpec, RefusesWhatItCannotHaveWritten) {
  const Json good = to_json(example());
  for (const auto& [key, value] : good.items()) {
    Json bad = good;
    bad.erase(key);
    EXPECT_THROW(run_spec_from_json(bad), Error) << key;
  }
  Json bad = good;
  bad["settings"]["precision"] = "f16";
  EXPECT_THROW(run_spec_from_json(bad), Error);
  bad = good;
  for (const Json& amount : {Json("some"), Json(-5), Json(1.5), Json(-1e300), Json(18446744073709551615U)}) {
    bad["settings"]["sources"]["REAL"] = amount;
    EXPECT_THROW(run_spec_from_json(bad), Error) << amount;
  }
  bad = good;
  bad["seed"] = 1e300;
  EXPECT_THROW(run_spec_from_json(bad), Error);
}

}  // namespace
}  // namespace ersatz::study
