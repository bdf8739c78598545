#include "data/augment/augmentation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::data {
namespace {

using ::testing::HasSubstr;

TEST(Augmentation, IsWrittenWithWhatDiffersAndReadBack) {
  EXPECT_EQ(to_json(Flip{}), Json("flip"));
  EXPECT_EQ(to_json(Crop{1, 2, true}).dump(), R"({"name":"crop","padding":2})");
  EXPECT_EQ(to_json(Jpeg{0.5, 50, 90}).dump(), R"({"name":"jpeg","quality":[50,90]})");
  for (const std::string& name : augmentation_names()) {
    EXPECT_EQ(to_json(augmentation_from_json(name)), Json(name));
  }
  const Json all =
      Json::parse(R"([{"name":"flip","probability":0.25,"alternate":true},{"name":"blur","sigma":[0.5,2.5]},
      {"name":"color","brightness":0.4,"contrast":0.1,"saturation":[0.0,1.1]},{"name":"noise","deviation":3.5},
      {"name":"cutout","size":16},{"name":"crop","reflect":false},
      {"name":"zoom","scale":[0.3,0.9],"ratio":[1.0,2.0]}])");
  for (const Json& one : all) {
    EXPECT_EQ(augmentation_from_json(to_json(augmentation_from_json(one))).index(),
              augmentation_from_json(one).index());
    Json back = to_json(augmentation_from_json(one));
    for (const auto& [key, value] : one.items()) EXPECT_EQ(back.at(key).dump(), value.dump()) << one.dump();
  }
}

TEST(Augmentation, TwoWaysOfWritingAFactorAreTheSame) {
  const auto written = [](const char* text) { return to_json(augmentation_from_json(Json::parse(text))).dump(); };
  EXPECT_EQ(written(R"({"name":"color","contrast":[0.8,1.2]})"), R"("color")");
  EXPECT_EQ(written(R"({"name":"color","contrast":[0.7,1.3]})"), written(R"({"name":"color","contrast":0.3})"));
  EXPECT_EQ(written(R"({"name":"color","contrast":[0.4,1.2]})"), R"({"name":"color","contrast":[0.4,1.2]})");
}

TEST(Augmentation, ANumberIsBothEndsOfARange) {
  const auto written = [](const char* text) { return to_json(augmentation_from_json(Json::parse(text))).dump(); };
  EXPECT_EQ(written(R"({"name":"jpeg","quality":40})"), R"({"name":"jpeg","quality":[40,40]})");
  EXPECT_EQ(written(R"({"name":"blur","sigma":1})"), written(R"({"name":"blur","sigma":[1.0,1.0]})"));
  EXPECT_EQ(written(R"({"name":"resize","factor":2})"), R"({"name":"resize","factor":[2.0,2.0]})");
}

TEST(Augmentation, ATransformHappensToEveryImageUnlessItSaysOtherwise) {
  const auto probability = [](const char* text) {
    return std::visit([](const auto& kind) { return kind.probability; }, transform_from_json(Json::parse(text)));
  };
  EXPECT_EQ(probability(R"("jpeg")"), 1);
  EXPECT_EQ(probability(R"("flip")"), 1);
  EXPECT_EQ(probability(R"({"name":"noise","deviation":6})"), 1);
  EXPECT_EQ(probability(R"({"name":"noise","probability":0.25})"), 0.25);
}

TEST(Augmentation, RefusesWhatItDoesNotKnow) {
  const auto refusal = [](const char* text) -> std::string {
    try {
      augmentation_from_json(Json::parse(text));
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal(R"("flop")"), HasSubstr("no augmentation \"flop\" | did you mean \"flip\"?"));
  EXPECT_THAT(refusal(R"({"name":"crop","pad":2})"), HasSubstr("crop has no parameter \"pad\""));
  EXPECT_THAT(refusal(R"({"name":"crop","padding":0})"), HasSubstr("crop: padding must lie in 1 .. 64, but is 0"));
  EXPECT_THAT(refusal(R"({"name":"crop","padding":2.5})"), HasSubstr("must be an integer"));
  EXPECT_THAT(refusal(R"({"name":"jpeg","quality":[90,50]})"), HasSubstr("the smaller one comes first"));
  EXPECT_THAT(refusal(R"({"name":"jpeg","quality":[90]})"), HasSubstr("must be a number, or a pair like [1, 2]"));
  EXPECT_THAT(refusal(R"({"name":"jpeg","quality":40.5})"), HasSubstr("quality must be an integer"));
  EXPECT_THAT(refusal(R"({"name":"resize","factor":0.5})"), HasSubstr("factor must lie in 1 .. 64, but is 0.5"));
  EXPECT_THAT(refusal(R"({"name":"color","contrast":1.5})"), HasSubstr("contrast must lie in 0 .. 1, but is 1.5"));
  EXPECT_THAT(refusal(R"({"name":"color","contrast":[0.5]})"), HasSubstr("contrast must be a number, or a pair"));
  EXPECT_THAT(refusal(R"({"name":"color","contrast":[-1,1]})"), HasSubstr("contrast must lie in 0 .. 4, but is -1"));
  EXPECT_THAT(refusal(R"({"name":"zoom","scale":[0.5,2]})"), HasSubstr("scale must lie in 0.01 .. 1"));
  EXPECT_THAT(refusal(R"({"name":"flip","alternate":1})"), HasSubstr("must be true or false"));
  EXPECT_THAT(refusal(R"({"name":"noise","probability":1.5})"), HasSubstr("must lie in 0 .. 1"));
  EXPECT_THAT(refusal("3"), HasSubstr("is a name, or a table with a name"));
}

}  // namespace
}  // namespace ersatz::data
