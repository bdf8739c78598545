#include "models/pretrained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"
#include "base/json.hpp"
#include "models/backbone.hpp"
#include "models/hashed.hpp"
#include "nn/has_precision.hpp"
#include "nn/keras_writer.hpp"
#include "nn/network.hpp"
#include "nn/reference_network.hpp"
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

constexpr char kRepositoryWeights[] = ERSATZ_SOURCE_DIR "/data/vgg16-block3-tiny-imagenet.safetensors";

/// The weights of the repository, whose kernels are [out, in, height, width], as the Keras file that they come from had
/// them: [height, width, in, out].
void write_as_keras(const nn::NamedTensors& tensors, const std::filesystem::path& path) {
  using testing::KerasWriter;
  KerasWriter writer(path);
  std::vector<std::string> layers;
  for (std::size_t i = 0; i < tensors.size(); i += 2) {
    const std::string layer = tensors[i].first.substr(0, tensors[i].first.find('.'));
    const auto& [shape, values] = tensors[i].second;
    const auto outputs = static_cast<std::size_t>(shape[0]), inputs = static_cast<std::size_t>(shape[1]);
    std::vector<float> kernel;
    for (std::size_t place = 0; place < 9; ++place) {
      for (std::size_t in = 0; in < inputs; ++in) {
        for (std::size_t out = 0; out < outputs; ++out) kernel.push_back(values[(out * inputs + in) * 9 + place]);
      }
    }
    KerasWriter::add_layer(writer.file(), layer,
                           {{layer + "_W_1:0", {3, 3, inputs, outputs}, kernel},
                            {layer + "_b_1:0", {outputs}, tensors[i + 1].second.values}},
                           false);
    layers.push_back(layer);
  }
  KerasWriter::set_names(writer.file(), "layer_names", layers, false);
}

TEST_F(Pretrained, AKerasFileIsConvertedOnce) {
  const PretrainedWeights original = load_pretrained("vgg16:block3", kRepositoryWeights, folder_ / "cache");
  ASSERT_EQ(original.tensors.size(), 14U);
  const auto file = folder_ / "weights.h5";
  write_as_keras(original.tensors, file);
  const PretrainedWeights first = load_pretrained("vgg16:block3", file, folder_ / "cache");
  EXPECT_EQ(first.transform.channels, data::Channels::bgr);
  EXPECT_FLOAT_EQ(first.transform.mean[2], 123.68F);
  const auto converted = folder_ / "cache" / "weights" / ("vgg16-" + first.file_hash + ".safetensors");
  ASSERT_TRUE(std::filesystem::exists(converted));
  const auto written = std::filesystem::last_write_time(converted);
  const PretrainedWeights second = load_pretrained("vgg16:block3", file, folder_ / "cache");
  EXPECT_EQ(std::filesystem::last_write_time(converted), written);
  for (const PretrainedWeights* weights : {&first, &second}) {
    ASSERT_EQ(weights->tensors.size(), original.tensors.size());
    for (std::size_t i = 0; i < original.tensors.size(); ++i) {
      EXPECT_EQ(weights->tensors[i].first, original.tensors[i].first);
      EXPECT_EQ(weights->tensors[i].second.shape, original.tensors[i].second.shape);
      EXPECT_EQ(weights->tensors[i].second.values, original.tensors[i].second.values) << original.tensors[i].first;
    }
  }
  EXPECT_EQ(first.transform.channels, original.transform.channels);
  EXPECT_EQ(first.transform.mean, original.transform.mean);
}

// A file of 3 kB: its size is checked before memory is taken, and what is refused leaves nothing behind.
TEST_F(Pretrained, AKerasFileThatClaimsAnySizeIsRefusedWithLittleMemory) {
  using testing::KerasWriter;
  const auto file = folder_ / "weights.h5";
  const auto refusal = [&](const KerasWriter::Weight& kernel, const std::string& layer) {
    {
      KerasWriter writer(file);
      KerasWriter::add_layer(writer.file(), layer, {kernel}, false);
      KerasWriter::set_names(writer.file(), "layer_names", {layer}, false);
    }
    EXPECT_LT(std::filesystem::file_size(file), 5000U);
    std::string error;
    // The grandchild has its own limits of 750 MB; this one ends all that tries to take 200.
    try {
      run_isolated([&] { load_pretrained("vgg16", file, folder_ / "cache"); }, {10, 200'000'000});
    } catch (const Error& problem) {
      error = problem.what();
    }
    EXPECT_FALSE(std::filesystem::exists(folder_ / "cache" / "weights"));
    return error;
  };
  EXPECT_THAT(refusal({"kernel", {499'999'999}, {}, false}, "block1_conv1"),
              AllOf(HasSubstr(file.string()), HasSubstr("holds block1_conv1.bias [499999999], but [64] is needed")));
  EXPECT_THAT(refusal({"kernel", {3, 3, 3, 1 << 24}, {}, false}, "block1_conv1"),
              HasSubstr("holds block1_conv1.weight [16777216, 3, 3, 3], but [64, 3, 3, 3] is needed"));
  EXPECT_THAT(refusal({"kernel", {499'999'999}, {}, false}, "another"), HasSubstr("block1_conv1.weight [64, 3, 3, 3]"));
}

TEST_F(Pretrained, AKerasFileThatLacksSomethingLeavesNothingInTheCache) {
  nn::NamedTensors tensors = load_pretrained("vgg16:block3", kRepositoryWeights, folder_ / "cache").tensors;
  const auto file = folder_ / "weights.h5";
  tensors[3].second.values[7] = std::numeric_limits<float>::infinity();
  write_as_keras(tensors, file);
  EXPECT_THROW(load_pretrained("vgg16:block3", file, folder_ / "cache"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache" / "weights"));
  tensors[3].second.values[7] = 0;
  write_as_keras(tensors, file);
  EXPECT_THROW(load_pretrained("vgg16", file, folder_ / "cache"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache" / "weights"));
  EXPECT_EQ(load_pretrained("vgg16:block3", file, folder_ / "cache").tensors.size(), 14U);
}

/// `images` of random pixels, [height, width, 3] each.
std::vector<std::uint8_t> hashed_pixels(int images, data::ImageShape shape) {
  std::vector<std::uint8_t> pixels;
  for (const double u : testing::hashed(static_cast<std::size_t>(images) * shape.bytes(), 900)) {
    pixels.push_back(static_cast<std::uint8_t>(u * 256));
  }
  return pixels;
}

/// How far the features that a backbone makes of `pixels` lie from `expected`, relative to these.
double relative_distance(const std::string& backbone, const PretrainedWeights& weights, nn::Precision precision,
                         const std::vector<std::uint8_t>& pixels, const std::vector<double>& expected) {
  const data::ImageShape shape{32, 32};
  const int images = static_cast<int>(pixels.size() / shape.bytes());
  nn::Network network(make_backbone(backbone, shape).network, {images, precision, false});
  network.set_weights(weights.tensors);
  for (std::size_t at = 0; at < pixels.size(); at += shape.bytes()) {
    data::transform_pixels(weights.transform, shape, pixels.data() + at, network.input().data() + at);
  }
  network.forward();
  double distance = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    distance += std::pow(network.outputs()[i] - expected[i], 2);
    norm += expected[i] * expected[i];
  }
  return std::sqrt(distance / norm);
}

constexpr std::pair<nn::Precision, double> kTolerances[] = {{nn::Precision::f32, 1e-4}, {nn::Precision::bf16, 2e-2}};

// From the bytes of images through a Keras file: against the network in double precision, with Keras's preprocessing
// written out.
TEST_F(Pretrained, FeaturesWithAKerasFileAreThoseOfTheFormulas) {
  const PretrainedWeights original = load_pretrained("vgg16:block3", kRepositoryWeights, folder_ / "cache");
  const auto file = folder_ / "weights.h5";
  write_as_keras(original.tensors, file);
  const PretrainedWeights weights = load_pretrained("vgg16:block3", file, folder_ / "cache");
  const data::ImageShape shape{32, 32};
  const auto pixels = hashed_pixels(1, shape);
  constexpr float kMean[3] = {103.939F, 116.779F, 123.68F};
  std::vector<float> input;  // blue, green and red planes
  for (std::size_t plane = 0; plane < 3; ++plane) {
    for (std::size_t i = 0; i < 32 * 32; ++i) {
      input.push_back(static_cast<float>(pixels[3 * i + (2 - plane)]) - kMean[plane]);
    }
  }
  nn::testing::ReferenceNetwork reference(make_backbone("vgg16:block3", shape).network, original.tensors);
  reference.loss(input, {0});
  ASSERT_EQ(reference.logits().size(), 256U);
  for (const auto& [precision, tolerance] : kTolerances) {
    if (!nn::testing::has_precision(precision)) continue;
    EXPECT_LT(relative_distance("vgg16:block3", weights, precision, pixels, reference.logits()), tolerance)
        << nn::precision_name(precision);
  }
}

// The same of all five blocks against PyTorch. The whole file is the point, and too large for the repository: the tests
// above do it with its first three blocks.
TEST_F(Pretrained, FeaturesWithTheWholeKerasFileArePytorchs) {
  const char* file = std::getenv("ERSATZ_TEST_WEIGHTS");
  if (file == nullptr) GTEST_SKIP() << "ERSATZ_TEST_WEIGHTS names no VGG16 weights file";
  const Json fixture = read_json(ERSATZ_SOURCE_DIR "/tests/parity/vgg_keras.json");
  const PretrainedWeights weights = load_pretrained("vgg16", file, folder_ / "cache");
  if (weights.file_hash != fixture["weights_sha256"].get<std::string>())
    GTEST_SKIP() << "the fixture was made with other weights";
  const auto expected = fixture["pooled"].get<std::vector<double>>();
  const auto pixels = hashed_pixels(fixture["images"], {32, 32});
  for (const auto& [precision, tolerance] : kTolerances) {
    if (!nn::testing::has_precision(precision)) continue;
    EXPECT_LT(relative_distance("vgg16", weights, precision, pixels, expected), tolerance)
        << nn::precision_name(precision);
  }
}

}  // namespace
}  // namespace ersatz::models
