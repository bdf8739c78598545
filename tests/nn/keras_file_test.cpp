#include "nn/keras_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"
#include "base/sandbox.hpp"
#include "nn/keras_writer.hpp"

namespace ersatz::nn {
namespace {

using ::testing::HasSubstr;
using testing::KerasWriter;

const std::vector<ParameterSpec> kConv{{"conv.weight", {4, 2, 3, 2}}, {"conv.bias", {4}}};

class KerasFileTest : public ::testing::Test {
 protected:
  KerasFileTest()
      : path_(std::filesystem::temp_directory_path() / ("ersatz-keras-" + std::to_string(::getpid()) + ".h5")),
        writer_(path_) {}
  ~KerasFileTest() override {
    close();
    std::filesystem::remove(path_);
  }

  void close() { writer_.close(); }

  // One convolution of 3x2 kernels from 2 to 4 channels, and an input layer without weights.
  void write_conv(const char* kernel, const char* bias, bool variable, const char* root = "/") {
    const hid_t file = writer_.file();
    const hid_t top = std::string(root) == "/" ? H5Gopen2(file, "/", H5P_DEFAULT)
                                               : H5Gcreate2(file, root, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    KerasWriter::set_names(top, "layer_names", {"input_1", "conv"}, variable);
    KerasWriter::add_layer(top, "input_1", {}, variable);
    KerasWriter::add_layer(top, "conv", {{kernel, {3, 2, 2, 4}}, {bias, {4}}}, variable);
    H5Gclose(top);
  }

  NamedTensors read() const {
    const MappedFile file(path_);
    return read_keras_in_sandbox(file.text(), path_, kConv, {.cpu_seconds = 20});
  }

  std::string error_of_reading() {
    try {
      read();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  const std::filesystem::path path_;
  KerasWriter writer_;
};

TEST_F(KerasFileTest, KernelsAreTransposedToPytorchsOrder) {
  write_conv("conv_W_1:0", "conv_b_1:0", false);
  close();
  ASSERT_TRUE(is_hdf5(path_));
  const NamedTensors tensors = read();
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(tensors[0].first, "conv.weight");
  EXPECT_EQ(tensors[0].second.shape, (std::vector<std::int64_t>{4, 2, 3, 2}));
  for (int o = 0; o < 4; ++o)
    for (int i = 0; i < 2; ++i)
      for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 2; ++x)
          EXPECT_EQ(tensors[0].second.values[((o * 2 + i) * 3 + y) * 2 + x], ((y * 2 + x) * 2 + i) * 4 + o);
  EXPECT_EQ(tensors[1].first, "conv.bias");
  EXPECT_THAT(tensors[1].second.values, ::testing::ElementsAre(0, 1, 2, 3));
}

TEST_F(KerasFileTest, GroupsMayNestAndNamesMayHaveAnyLength) {
  write_conv("conv/kernel:0", "conv/bias:0", true, "model_weights");
  close();
  EXPECT_EQ(read().size(), 2U);
}

TEST_F(KerasFileTest, AMissingDatasetIsAnErrorThatNamesLayerAndWeight) {
  const hid_t top = H5Gopen2(writer_.file(), "/", H5P_DEFAULT);
  KerasWriter::set_names(top, "layer_names", {"conv"}, false);
  const hid_t conv = H5Gcreate2(top, "conv", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  KerasWriter::set_names(conv, "weight_names", {"kernel:0"}, false);
  H5Gclose(conv);
  H5Gclose(top);
  close();
  EXPECT_THAT(error_of_reading(),
              ::testing::AllOf(HasSubstr(path_.string()), HasSubstr("kernel:0"), HasSubstr("conv")));
}

TEST_F(KerasFileTest, AMissingGroupOrAttributeIsAnError) {
  close();
  EXPECT_THAT(error_of_reading(), HasSubstr("layer_names"));
}

TEST_F(KerasFileTest, OtherTypesAndRanksAreErrors) {
  const hid_t top = H5Gopen2(writer_.file(), "/", H5P_DEFAULT);
  KerasWriter::set_names(top, "layer_names", {"conv"}, false);
  KerasWriter::add_layer(top, "conv", {{"k", {2, 2, 2}}}, false);
  H5Gclose(top);
  close();
  EXPECT_THAT(error_of_reading(), HasSubstr("3 dimensions"));
}

TEST_F(KerasFileTest, OnlyWhatIsWantedIsRead) {
  const hid_t top = H5Gopen2(writer_.file(), "/", H5P_DEFAULT);
  KerasWriter::set_names(top, "layer_names", {"fc", "norm", "conv"}, true);
  KerasWriter::add_layer(top, "fc", {{"fc/kernel:0", {1'000'000, 1'000'000}, {}, false}}, true);
  KerasWriter::add_layer(top, "norm", {{"gamma:0", {4}}, {"beta:0", {4}}, {"x:0", {2, 2, 2}}}, true);
  KerasWriter::add_layer(top, "conv", {{"conv/bias:0", {4}}}, true);
  H5Gclose(top);
  close();
  const NamedTensors tensors = read();
  ASSERT_EQ(tensors.size(), 1U);
  EXPECT_EQ(tensors[0].first, "conv.bias");
}

TEST_F(KerasFileTest, OtherShapesAreErrorsBeforeTheyAreRead) {
  const hid_t top = H5Gopen2(writer_.file(), "/", H5P_DEFAULT);
  KerasWriter::set_names(top, "layer_names", {"conv"}, false);
  KerasWriter::add_layer(top, "conv", {{"k", {499'999'999}, {}, false}}, false);
  H5Gclose(top);
  close();
  EXPECT_THAT(error_of_reading(), HasSubstr("holds conv.bias [499999999], but [4] is needed"));
}

TEST_F(KerasFileTest, ATensorThatIsThereTwiceIsAnError) {
  const hid_t top = H5Gopen2(writer_.file(), "/", H5P_DEFAULT);
  KerasWriter::set_names(top, "layer_names", {"conv"}, false);
  KerasWriter::add_layer(top, "conv", {{"a", {4}}, {"b", {4}}}, false);
  H5Gclose(top);
  close();
  EXPECT_THAT(error_of_reading(), HasSubstr("holds conv.bias twice"));
}

TEST_F(KerasFileTest, CutShortOrOverwrittenAnywhereItNeverTakesTheProgramDown) {
  if (!has_own_processes()) GTEST_SKIP() << "the HDF5 library crashes in this process";
  write_conv("conv_W_1:0", "conv_b_1:0", true);
  close();
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
    write_file(path_, whole.substr(0, size));
    EXPECT_THAT(error_of_reading(), ::testing::Not(::testing::IsEmpty())) << "cut to " << size << " bytes";
  }
  for (std::size_t at = 8; at < whole.size(); at += 1 + whole.size() / 60) {
    std::string damaged = whole;
    for (std::size_t i = at; i < std::min(at + 8, whole.size()); ++i) damaged[i] = '\xff';
    write_file(path_, damaged);
    error_of_reading();  // an error, or values that differ: either way this process goes on
  }
}

}  // namespace
}  // namespace ersatz::nn
