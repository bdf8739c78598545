#include "onnx/onnx_file.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ersatz::onnx {
namespace {

// That runtimes compute the same is tests/onnx/runtime_test's.
TEST(OnnxFile, HoldsEveryWeightOnceAndWhatItIsToldOfItself) {
  const models::Classifier classifier = models::make_classifier("lenet", {8, 8}, 3);
  const nn::NamedTensors weights = models::initial_weights(classifier, 1);
  const auto whole = models::whole_network(classifier, weights, nullptr);
  const std::string bytes = to_onnx(whole, "LeNet", "1.2.3", {{"classes", "[\"a\",\"b\",\"c\"]"}});
  for (const auto& [name, tensor] : weights) {
    const std::string values(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    const std::size_t found = bytes.find(values);
    EXPECT_NE(found, std::string::npos) << name;
  }
  for (const char* text : {"1.2.3", "[\"a\",\"b\",\"c\"]", kPixels, kProbabilities, kLogits}) {
    EXPECT_NE(bytes.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(bytes, to_onnx(whole, "LeNet", "1.2.3", {{"classes", "[\"a\",\"b\",\"c\"]"}}))
      << "the same model, the same file";
}

TEST(OnnxFile, CopiesOfAnImageAreAveragedOnlyWhereTheClassifierIsTestedSo) {
  const auto file_of = [](const char* name) {
    const models::Classifier classifier = models::make_classifier(name, {16, 16}, 3);
    return to_onnx(models::whole_network(classifier, models::initial_weights(classifier, 1), nullptr), name, "1", {});
  };
  EXPECT_NE(file_of("convnet:0.25").find("reflect"), std::string::npos);
  EXPECT_EQ(file_of("lenet").find("reflect"), std::string::npos);
}

}  // namespace
}  // namespace ersatz::onnx
