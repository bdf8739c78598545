#include "nn/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"

namespace ersatz::nn {
namespace {

using ::testing::HasSubstr;

class SafeTensorsFile : public ::testing::Test {
 protected:
  SafeTensorsFile()
      : path_(std::filesystem::temp_directory_path() /
              ("ersatz-safetensors-" + std::to_string(::getpid()) + ".safetensors")) {}
  ~SafeTensorsFile() override { std::filesystem::remove(path_); }

  void write_raw(const std::string& header, const std::string& data) const {
    const std::uint64_t size = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &size, 8);
    write_file(path_, bytes + header + data);
  }

  std::string error_of_reading() const {
    try {
      read_safetensors(path_);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(path_.string()));
      return error.what();
    }
    ADD_FAILURE() << "was read without an error";
    return {};
  }

  std::filesystem::path path_;
};

TEST_F(SafeTensorsFile, ComesBackAsItWasWritten) {
  const SafeTensors content{
      {{"conv1.weight", {{2, 1, 1, 2}, {1, 2, 3, -4.5F}}}, {"empty", {{0}, {}}}, {"scalar", {{}, {7}}}},
      {{"classifier", "lenet"}}};
  write_safetensors(path_, content);
  const SafeTensors read = read_safetensors(path_);
  EXPECT_EQ(read.metadata, content.metadata);
  ASSERT_EQ(read.tensors.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read.tensors[i].first, content.tensors[i].first);
    EXPECT_EQ(read.tensors[i].second.shape, content.tensors[i].second.shape);
    EXPECT_EQ(read.tensors[i].second.values, content.tensors[i].second.values);
  }
}

TEST_F(SafeTensorsFile, CutShortAnywhereIsAnError) {
  write_safetensors(path_, {{{"weight", {{4}, {1, 2, 3, 4}}}}, {}});
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(path_, whole.substr(0, size));
    error_of_reading();
  }
}

TEST_F(SafeTensorsFile, ExtraBytesAreAnError) {
  write_raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", std::string(8, '\0'));
  EXPECT_THAT(error_of_reading(), HasSubstr("left over"));
}

TEST_F(SafeTensorsFile, HugeHeaderLengthIsAnError) {
  write_file(path_, std::string(8, '\xff') + "{}");
  EXPECT_THAT(error_of_reading(), HasSubstr("header"));
}

TEST_F(SafeTensorsFile, OverlappingTensorsAreAnError) {
  write_raw(
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
      std::string(12, '\0'));
  EXPECT_THAT(error_of_reading(), HasSubstr("overlap"));
}

TEST_F(SafeTensorsFile, GapsAreAnError) {
  write_raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", std::string(8, '\0'));
  EXPECT_THAT(error_of_reading(), HasSubstr("no tensor"));
}

TEST_F(SafeTensorsFile, ImpossibleShapesAndOffsetsAreErrors) {
  for (const char* header : {
           R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})",
           R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})",
           R"({"a":{"dtype":"F32","shape":[1]}})",
           R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
           R"([1,2])",
           R"({"a":)",
       }) {
    SCOPED_TRACE(header);
    write_raw(header, std::string(4, '\0'));
    error_of_reading();
  }
}

// Values by the definition of the formats: sign, exponent, fraction.
TEST_F(SafeTensorsFile, HalfPrecisionTensorsBecomeFloats) {
  const std::uint16_t half[] = {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x8000, 0x7c00, 0x3555};
  const float expected[] = {1, -2, 65504, 0x1p-14F, 0x1p-24F, -0x1.ff8p-15F, -0.0F, INFINITY, 0x1.554p-2F};
  write_raw(R"({"a":{"dtype":"F16","shape":[9],"data_offsets":[0,18]}})",
            std::string(reinterpret_cast<const char*>(half), sizeof half));
  const Tensor tensor = read_safetensors(path_).tensors.at(0).second;
  ASSERT_EQ(tensor.values.size(), 9U);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(tensor.values[i], expected[i]) << i;
    EXPECT_EQ(std::signbit(tensor.values[i]), std::signbit(expected[i])) << i;
  }
}

TEST_F(SafeTensorsFile, Bfloat16TensorsBecomeFloats) {
  const std::uint16_t bits[] = {0x3f80, 0xc049, 0x0001, 0xff80};
  write_raw(R"({"a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"__metadata__":{"title":"a square"}})",
            std::string(reinterpret_cast<const char*>(bits), sizeof bits));
  const SafeTensors content = read_safetensors(path_);
  EXPECT_EQ(content.tensors.at(0).second.shape, (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(content.tensors.at(0).second.values, (std::vector<float>{1, -3.140625F, 0x1p-133F, -INFINITY}));
  EXPECT_EQ(read_safetensors_metadata(path_).at("title"), "a square");
}

// The child has fifty times the processor time that it needs; it took more than four times as much as it has when every
// name was looked for among those before it.
TEST_F(SafeTensorsFile, ManyTensorsAndManyKeysAreReadInLinearTime) {
  constexpr int kTensors = 100'000, kKeys = 200'000;
  std::string header = "{\"__metadata__\":{";
  for (int i = 0; i < kKeys; ++i) header += (i > 0 ? ",\"key " : "\"key ") + std::to_string(i) + "\":\"x\"";
  header += '}';
  for (int i = 0; i < kTensors; ++i) {
    header += ",\"tensor " + std::to_string(i) + R"(":{"dtype":"F16","shape":[1],"data_offsets":[)" +
              std::to_string(2 * i) + ',' + std::to_string(2 * i + 2) + "]}";
  }
  write_raw(header + '}', std::string(2 * kTensors, '\0'));
  run_isolated(
      [&] {
        const SafeTensors content = read_safetensors(path_);
        if (content.tensors.size() != kTensors || content.metadata.size() != kKeys) throw Error("not all are there");
      },
      {10});
}

TEST_F(SafeTensorsFile, AHeaderOfExtremeLengthOrDepthIsAnError) {
  const std::string entry = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  write_raw(entry + std::string(16'000'000 - entry.size(), ' '), "1234");
  EXPECT_EQ(read_safetensors(path_).tensors.size(), 1U);
  write_raw(entry + std::string(16'000'001 - entry.size(), ' '), "1234");
  EXPECT_THAT(error_of_reading(), HasSubstr("has a header of 16,000,001 bytes; at most 16,000,000 are read"));
  write_raw("{\"a\":" + std::string(1'000'000, '['), "");
  EXPECT_THAT(error_of_reading(), HasSubstr("has a header that is JSON of more than 64 levels"));
}

TEST_F(SafeTensorsFile, NumbersThatNoIntegerHoldsAreErrors) {
  for (const char* header : {R"({"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,1e25]}})"}) {
    write_raw(header, "1234");
    EXPECT_THAT(error_of_reading(), HasSubstr("is not a whole number between")) << header;
  }
}

TEST_F(SafeTensorsFile, WhatIsNoSafetensorsFileHasNoMetadata) {
  write_raw("[1,2]", "");
  EXPECT_TRUE(read_safetensors_metadata(path_).empty());
}

}  // namespace
}  // namespace ersatz::nn
