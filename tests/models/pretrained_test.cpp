#include "models/pretrained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "models/backbone.hpp"
#include "models/hashed.hpp"
#include "nn/network.hpp"
#include "nn/safetensors.hpp"

namespace ersatz::models {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Pretrained : public ::testing::Test {
 protected:
  Pretrained() { std::filesystem::create_directories(folder_); }
  ~Pretrained() override { std::filesystem::remove_all(folder_); }

  // torchvision's names for VGG16, and a classifier head that is of no use here.
  static nn::NamedTensors torchvision_tensors() {
    constexpr int kModules[] = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
    nn::NamedTensors tensors;
    std::size_t i = 0;
    for (const nn::ParameterSpec& parameter : backbone_parameters("vgg16")) {
      const std::string kind = parameter.name.substr(parameter.name.rfind('.'));
      const auto value = static_cast<float>(i);
      tensors.emplace_back("features." + std::to_string(kModules[i / 2]) + kind,
                           nn::Tensor{parameter.shape, std::vector<float>(nn::element_count(parameter.shape), value)});
      ++i;
    }
    tensors.emplace_back("classifier.0.bias", nn::Tensor{{2}, {1, 2}});
    return tensors;
  }

  std::string error_of(const nn::NamedTensors& tensors) const {
    nn::write_safetensors(file_, {tensors, {}});
    try {
      load_pretrained("vgg16", file_, folder_ / "cache");
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file_.string()));
      return error.what();
    }
    ADD_FAILURE() << "was read without an error";
    return {};
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ersatz-pretrained-" + std::to_string(::getpid()));
  const std::filesystem::path file_ = folder_ / "weights.safetensors";
};

TEST_F(Pretrained, TorchvisionFilesAreReadInOrderWithTheirPreprocessing) {
  nn::write_safetensors(file_, {torchvision_tensors(), {}});
  const PretrainedWeights weights = load_pretrained("vgg16:block2", file_, folder_ / "cache");
  ASSERT_EQ(weights.tensors.size(), 8U);
  for (std::size_t i = 0; i < weights.tensors.size(); ++i) {
    EXPECT_EQ(weights.tensors[i].first, backbone_parameters("vgg16")[i].name);
    EXPECT_EQ(weights.tensors[i].second.values.front(), static_cast<float>(i));
  }
  EXPECT_EQ(weights.transform.channels, data::Channels::rgb);
  EXPECT_FLOAT_EQ(weights.transform.mean[0], 0.485F);
}

TEST_F(Pretrained, AMissingLayerIsNamed) {
  nn::NamedTensors tensors = torchvision_tensors();
  tensors.erase(tensors.begin() + 24);
  EXPECT_THAT(error_of(tensors), HasSubstr("features.28.weight"));
}

TEST_F(Pretrained, AWrongShapeIsNamedWithBothShapes) {
  nn::NamedTensors tensors = torchvision_tensors();
  tensors[0].second = {{64, 3, 1, 9}, tensors[0].second.values};
  EXPECT_THAT(error_of(tensors),
              AllOf(HasSubstr("features.0.weight"), HasSubstr("64, 3, 3, 3"), HasSubstr("64, 3, 1, 9")));
}

TEST_F(Pretrained, ValuesThatAreNotFiniteAreAnError) {
  nn::NamedTensors tensors = torchvision_tensors();
  tensors[5].second.values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(error_of(tensors), AllOf(HasSubstr("not finite"), HasSubstr("features.5.bias")));
}

TEST_F(Pretrained, FilesOfSomethingElseAreErrorsThatNameThem) {
  for (const std::string& content : {std::string(), std::string("PK\x03\x04 a zip"),
                                     std::string("\x89HDF\r\n\x1a\n damaged", 16), std::string("\x80\x02}q\x00.", 6)}) {
    write_file(file_, content);
    try {
      load_pretrained("vgg16", file_, folder_ / "cache");
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file_.string()));
    }
    EXPECT_FALSE(std::filesystem::exists(folder_ / "cache" / "weights"));
  }
}

TEST_F(Pretrained, AMissingFileIsAnErrorThatNamesIt) { EXPECT_THROW(load_pretrained("vgg16", file_, folder_), Error); }

TEST_F(Pretrained, TheKerasFileIsConvertedOnce) {
  const char* file = std::getenv("ERSATZ_TEST_WEIGHTS");
  if (file == nullptr) GTEST_SKIP() << "ERSATZ_TEST_WEIGHTS names no VGG16 weights file";
  const PretrainedWeights first = load_pretrained("vgg16", file, folder_ / "cache");
  EXPECT_EQ(first.transform.channels, data::Channels::bgr);
  EXPECT_FLOAT_EQ(first.transform.mean[2], 123.68F);
  const auto converted = folder_ / "cache" / "weights" / (first.file_hash + ".safetensors");
  ASSERT_TRUE(std::filesystem::exists(converted));
  const auto written = std::filesystem::last_write_time(converted);
  const PretrainedWeights second = load_pretrained("vgg16", file, folder_ / "cache");
  EXPECT_EQ(std::filesystem::last_write_time(converted), written);
  EXPECT_EQ(first.tensors[0].second.values, second.tensors[0].second.values);
}

TEST_F(Pretrained, FeaturesWithTheKerasFileArePytorchs) {
  const char* file = std::getenv("ERSATZ_TEST_WEIGHTS");
  if (file == nullptr) GTEST_SKIP() << "ERSATZ_TEST_WEIGHTS names no VGG16 weights file";
  const Json fixture = read_json(ERSATZ_SOURCE_DIR "/tests/parity/vgg_keras.json");
  const PretrainedWeights weights = load_pretrained("vgg16", file, folder_ / "cache");
  if (weights.file_hash != fixture["weights_sha256"].get<std::string>())
    GTEST_SKIP() << "the fixture was made with other weights";
  const int images = fixture["images"];
  const auto expected = fixture["pooled"].get<std::vector<double>>();
  const data::ImageShape shape{32, 32};
  std::vector<std::uint8_t> pixels;
  for (const double u : testing::hashed(static_cast<std::size_t>(images) * shape.bytes(), 900)) {
    pixels.push_back(static_cast<std::uint8_t>(u * 256));
  }
  for (const auto& [precision, tolerance] : {std::pair{nn::Precision::f32, 1e-4}, {nn::Precision::bf16, 2e-2}}) {
    nn::Network network(make_backbone("vgg16", shape).network, {images, precision, false});
    network.set_weights(weights.tensors);
    for (int i = 0; i < images; ++i) {
      data::transform_pixels(weights.transform, shape, pixels.data() + static_cast<std::size_t>(i) * shape.bytes(),
                             network.input().data() + static_cast<std::size_t>(i) * shape.bytes());
    }
    network.forward();
    double distance = 0, norm = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      distance += std::pow(network.outputs()[i] - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    EXPECT_LT(std::sqrt(distance / norm), tolerance) << nn::precision_name(precision);
  }
}

}  // namespace
}  // namespace ersatz::models
