#include "nn/keras_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"

namespace ersatz::nn {
namespace {

using ::testing::HasSubstr;

/// Writes Keras weights files by hand, whole or wrong.
class KerasFileTest : public ::testing::Test {
 protected:
  KerasFileTest()
      : path_(std::filesystem::temp_directory_path() / ("ersatz-keras-" + std::to_string(::getpid()) + ".h5")),
        file_(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~KerasFileTest() override {
    close();
    std::filesystem::remove(path_);
  }

  void close() {
    if (file_ >= 0) H5Fclose(file_);
    file_ = -1;
  }

  static void set_names(hid_t where, const char* attribute, const std::vector<std::string>& names, bool variable) {
    const hsize_t count = names.size();
    const hid_t space = H5Screate_simple(1, &count, nullptr), type = H5Tcopy(H5T_C_S1);
    std::string fixed;
    std::vector<const char*> pointers;
    H5Tset_size(type, variable ? H5T_VARIABLE : 20);
    for (const std::string& name : names) {
      fixed += name + std::string(20 - name.size(), '\0');
      pointers.push_back(name.c_str());
    }
    const hid_t id = H5Acreate2(where, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, type, variable ? static_cast<const void*>(pointers.data()) : fixed.data());
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
  }

  static void add_dataset(hid_t group, const char* name, const std::vector<hsize_t>& dims,
                          hid_t type = H5T_IEEE_F32LE) {
    hsize_t count = 1;
    for (const hsize_t n : dims) count *= n;
    std::vector<float> values(count);
    for (hsize_t i = 0; i < count; ++i) values[i] = static_cast<float>(i);
    const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t id = H5Dcreate2(group, name, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(id);
    H5Pclose(links);
    H5Sclose(space);
  }

  // One convolution of 3x2 kernels from 2 to 4 channels, and an input layer without weights.
  void write_conv(const char* kernel, const char* bias, bool variable, const char* root = "/") {
    const hid_t top = std::string(root) == "/" ? H5Gopen2(file_, "/", H5P_DEFAULT)
                                               : H5Gcreate2(file_, root, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    set_names(top, "layer_names", {"input_1", "conv"}, variable);
    const hid_t input = H5Gcreate2(top, "input_1", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    set_names(input, "weight_names", {}, variable);
    const hid_t conv = H5Gcreate2(top, "conv", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    set_names(conv, "weight_names", {kernel, bias}, variable);
    add_dataset(conv, kernel, {3, 2, 2, 4});
    add_dataset(conv, bias, {4});
    for (const hid_t group : {input, conv, top}) H5Gclose(group);
  }

  std::string error_of_reading() {
    try {
      run_isolated([&] { read_keras_file(path_); }, 20);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  const std::filesystem::path path_;
  hid_t file_;
};

TEST_F(KerasFileTest, KernelsAreTransposedToPytorchsOrder) {
  write_conv("conv_W_1:0", "conv_b_1:0", false);
  close();
  ASSERT_TRUE(is_hdf5(path_));
  const NamedTensors tensors = read_keras_file(path_);
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
  EXPECT_EQ(read_keras_file(path_).size(), 2U);
}

TEST_F(KerasFileTest, AMissingDatasetIsAnErrorThatNamesLayerAndWeight) {
  const hid_t top = H5Gopen2(file_, "/", H5P_DEFAULT);
  set_names(top, "layer_names", {"conv"}, false);
  const hid_t conv = H5Gcreate2(file_, "conv", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  set_names(conv, "weight_names", {"kernel:0"}, false);
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
  const hid_t top = H5Gopen2(file_, "/", H5P_DEFAULT);
  set_names(top, "layer_names", {"conv"}, false);
  const hid_t conv = H5Gcreate2(file_, "conv", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  set_names(conv, "weight_names", {"k"}, false);
  add_dataset(conv, "k", {2, 2, 2});
  H5Gclose(conv);
  H5Gclose(top);
  close();
  EXPECT_THAT(error_of_reading(), HasSubstr("3 dimensions"));
}

TEST_F(KerasFileTest, CutShortOrOverwrittenAnywhereItNeverTakesTheProgramDown) {
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
