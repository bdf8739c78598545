#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy.hpp"
#include "base/npy_header.hpp"
#include "base/npy_integers.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;

// As numpy.save() of NumPy 1.24 writes numpy.array([...], dtype), but for the spaces that fill up the header.
TEST(NpyIntegers, AreWrittenInTheSmallestTypeAndReadAgain) {
  const testing::ScratchFolder scratch;
  const struct {
    std::int64_t limit;
    std::vector<std::int32_t> values;
    const char* type;
    std::size_t bytes;
  } cases[] = {{10, {0, 9, -10}, "|i1", 1},
               {128, {-128, 127, 0}, "|i1", 1},
               {129, {-129, 128, 0}, "<i2", 2},
               {32768, {-32768, 32767, 1}, "<i2", 2},
               {32769, {-32769, 32768, 2}, "<i4", 4}};
  for (const auto& one : cases) {
    const std::string bytes = npy_of_integers(one.values, one.limit);
    EXPECT_EQ(bytes.size(), 128 + 3 * one.bytes);
    EXPECT_THAT(bytes,
                HasSubstr(std::string("{'descr': '") + one.type + "', 'fortran_order': False, 'shape': (3,), }"));
    write_file(scratch / "x.npy", bytes);
    EXPECT_EQ(read_npy_integers(scratch / "x.npy"), one.values);
    EXPECT_EQ(count_npy_integers(scratch / "x.npy"), 3U);
  }
  write_file(scratch / "x.npy", npy_of_integers({}, 10));
  EXPECT_TRUE(read_npy_integers(scratch / "x.npy").empty());
}

TEST(NpyIntegers, WhatIsNoneIsRefused) {
  const testing::ScratchFolder scratch;
  const std::string good = npy_of_integers(std::vector<std::int32_t>{1, 2, 3}, 10);
  const std::vector<std::size_t> table{3, 1}, row{3}, large{std::size_t{1} << 40};
  const std::pair<std::string, std::string> cases[] = {
      {good.substr(0, good.size() - 1), "is cut short"},
      {good.substr(0, 20), "is cut short in its header"},
      {good + "x", "has bytes left over after its data"},
      {"x" + good, "is not a NumPy array"},
      {npy_header_bytes("|i1", table) + "123", "does not hold a 1-d array"},
      {npy_header_bytes("|u1", row) + "123", "does not hold a 1-d array"},
      {npy_header_bytes("<i8", row) + std::string(24, '\0'), "does not hold a 1-d array"},
      {npy_header_bytes(">i2", row) + "123456", "does not hold a 1-d array"},
      {npy_header_bytes("|i1", large) + "123", "is cut short"},
  };
  const auto file = scratch / "x.npy";
  for (const auto& [bytes, what] : cases) {
    write_file(file, bytes);
    for (const auto reading : {+[](const std::filesystem::path& path) { read_npy_integers(path); },
                               +[](const std::filesystem::path& path) { count_npy_integers(path); }}) {
      try {
        reading(file);
        ADD_FAILURE() << what;
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(file.string() + ": " + what));
      }
    }
  }
}

TEST(NpyHalves, AreReadAsTheNearestNumbers) {
  const testing::ScratchFolder scratch;
  write_file(scratch / "x.npy", npy_of_halves({2, 2, {0.1F, 1, 1e-9F, 0.333333F}}));
  EXPECT_EQ(std::filesystem::file_size(scratch / "x.npy"), 128U + 8);
  const Matrix read = read_npy(scratch / "x.npy");
  EXPECT_EQ(read.rows, 2U);
  EXPECT_EQ(read.columns, 2U);
  EXPECT_EQ(read.values, (std::vector<float>{1638 / 16384.0F, 1, 0, 1365 / 4096.0F}));
  write_file(scratch / "x.npy", read_file(scratch / "x.npy").substr(0, 135));
  EXPECT_THROW(read_npy(scratch / "x.npy"), Error);
}

}  // namespace
}  // namespace ersatz
