#include "study/model_metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ersatz::study {
namespace {

using ::testing::HasSubstr;
using Metadata = std::map<std::string, std::string>;

TEST(ModelMetadata, IsReadAsItWasWritten) {
  data::DataSet data;
  data.classes = {"cat", "dog"};
  data.shape = {24, 32};
  RunSpec spec;
  spec.classifier = "lenet";
  ModelMetadata read = parse_model_metadata(model_metadata(spec, data));
  EXPECT_EQ(read.classifier, "lenet");
  EXPECT_EQ(read.classes, data.classes);
  EXPECT_EQ(read.shape, data.shape);
  EXPECT_FALSE(read.resize);
  EXPECT_EQ(read.weights_hash, "");
  data.resize = data::Resize{{24, 32}, data::Fit::pad, data::Filter::lanczos, true};
  spec.weights = WeightsFile{"vgg16.h5", std::string(64, 'a'), ""};
  read = parse_model_metadata(model_metadata(spec, data));
  EXPECT_EQ(read.resize, data.resize);
  EXPECT_EQ(read.weights_hash, std::string(64, 'a'));
}

TEST(ModelMetadata, OfVersionsThatDidNotWriteTheSizeHasNone) {
  EXPECT_FALSE(parse_model_metadata({{"classifier", "nn"}, {"classes", R"(["a"])"}}).shape);
}

TEST(ModelMetadata, WhatNobodyWroteIsAnError) {
  const auto error = [](Metadata metadata) -> std::string {
    metadata.try_emplace("classifier", "nn");
    metadata.try_emplace("classes", R"(["a", "b"])");
    try {
      parse_model_metadata(metadata);
      return "no error";
    } catch (const Error& problem) {
      return problem.what();
    }
  };
  EXPECT_EQ(error({}), "no error");
  EXPECT_THAT(error({{"classifier", ""}}), HasSubstr("does not say which classifier"));
  EXPECT_THAT(error({{"classes", "[]"}}), HasSubstr("no classes"));
  EXPECT_THAT(error({{"classes", R"(["a", "a"])"}}), HasSubstr("the same name"));
  EXPECT_THAT(error({{"classes", R"(["a", ""])"}}), HasSubstr("no name"));
  EXPECT_THAT(error({{"classes", R"(["a", "\u001b[31m"])"}}), HasSubstr("control characters"));
  EXPECT_THAT(error({{"classes", "{"}}), HasSubstr("JSON"));
  EXPECT_THAT(error({{"classes", "7"}}), HasSubstr("not as ersatz writes them"));
  for (const char* size : {R"({"height": 0, "width": 8})", R"({"height": -1, "width": 8})", R"({"height": 8})",
                           R"({"height": 1e300, "width": 8})", R"({"height": "8", "width": 8})",
                           R"({"height": 16384, "width": 16384})", R"({"height": 8, "width": 8, "fit": "crop"})"}) {
    EXPECT_THAT(error({{"image", size}}), HasSubstr("is no model of ersatz")) << size;
  }
}

}  // namespace
}  // namespace ersatz::study
