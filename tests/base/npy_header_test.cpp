#include "base/npy_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string file_of(const std::string& text, char version = 1) {
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(text.size() >> (8 * i) & 255);
  return bytes + text;
}

NpyHeader read(std::string_view bytes) {
  return read_npy_header([&](char* out, std::size_t size) {
    const std::size_t taken = bytes.copy(out, size);
    bytes.remove_prefix(taken);
    return taken;
  });
}

std::string refusal(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::string header_text(const std::string& shape, const std::string& type = "<f4") {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
}

TEST(NpyHeader, IsReadInAllVersionsAndOrders) {
  for (const char version : {'\1', '\2', '\3'}) {
    const std::string text = "{'shape': (2, 3), 'fortran_order': True, 'descr': '>u2', }";
    const NpyHeader header = read(file_of(text, version) + "values");
    EXPECT_EQ(header.type(), "uint16");
    EXPECT_TRUE(header.big_endian && header.columns_first);
    EXPECT_THAT(header.shape, ElementsAre(2, 3));
    EXPECT_EQ(header.values(), 6U);
    EXPECT_EQ(header.header_bytes, (version == 1 ? 10 : 12) + text.size());
  }
  EXPECT_EQ(refusal(file_of(header_text("1"), 4)), "is a NumPy array of version 4");
}

TEST(NpyHeader, ShapesAndTypes) {
  EXPECT_THAT(read(file_of(header_text(""))).shape, ElementsAre());
  EXPECT_EQ(read(file_of(header_text(""))).values(), 1U);
  EXPECT_THAT(read(file_of(header_text("7,"))).shape, ElementsAre(7));
  EXPECT_THAT(read(file_of(header_text("7L, 8L"))).shape, ElementsAre(7, 8)) << "as Python 2 wrote it";
  EXPECT_EQ(read(file_of(header_text("0, 5"))).values(), 0U);
  EXPECT_EQ(read(file_of("{\"descr\":\"|b1\",\"fortran_order\":False,\"shape\":(1,)}\n")).type(), "bool");
  EXPECT_EQ(read(file_of(header_text("1", "|O"))).type(), "object");
  EXPECT_EQ(read(file_of(header_text("1", "<U10"))).type(), "text");
  EXPECT_EQ(read(file_of(header_text("1", "<c16"))).type(), "complex128");
  for (const char* other : {"<M8[ns]", "", "<", "<f4x", "<f12345", "4"}) {
    EXPECT_EQ(refusal(file_of(header_text("1", other))), "is a NumPy array that is no plain table of numbers") << other;
  }
  EXPECT_EQ(refusal(file_of("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }")),
            "is a NumPy array that is no plain table of numbers");
}

TEST(NpyHeader, ShapesBeyondAllMemoryAreRefused) {
  for (const char* shape : {"99999999999999, 99999999999999", "18446744073709551616,", "4294967296, 4294967296, 0",
                            "0, 9223372036854775807", "70368744177665,"}) {
    EXPECT_EQ(refusal(file_of(header_text(shape))), "is damaged: its shape is impossible") << shape;
  }
  EXPECT_EQ(read(file_of(header_text("70368744177664,"))).values(), 70368744177664U) << "2^48 bytes";
  std::string sides;
  for (int i = 0; i < 33; ++i) sides += "1, ";
  EXPECT_EQ(refusal(file_of(header_text(sides))), "is damaged: its shape is impossible");
}

TEST(NpyHeader, DamageIsAnError) {
  const std::string whole = file_of(header_text("2, 3"));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refusal(whole.substr(0, length)), "") << length;
  EXPECT_EQ(refusal(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)), "is damaged: its header is too long");
  EXPECT_EQ(refusal("PK\x03\x04 a zip"), "is not a NumPy array");
  const std::string type = "'descr': '<f4', ", order = "'fortran_order': False, ", shape = "'shape': (1,), ";
  for (const std::string& text :
       {std::string(), std::string("{}"), "{" + type + order + "}", "{" + type + type + order + shape + "}",
        "{" + type + order + shape + "'more': 1}", "{" + type + order + shape + "} x", "{" + type + order + shape,
        "{" + type + "'fortran_order': None, " + shape + "}", "{" + type + order + "'shape': (-1,), }",
        "{" + type + order + "'shape': (1 2), }", "{" + type + order + "'shape': 1, }",
        std::string("{'descr': '<f4")}) {
    EXPECT_EQ(refusal(file_of(text)), "is damaged: its header is not as NumPy writes it") << text;
  }
}

// A regular expression was matched by recursion: one step for each space.
TEST(NpyHeader, LongHeadersAreRefusedAndSpacesAreNot) {
  const std::string text = header_text("1, 1");
  EXPECT_EQ(read(file_of(text + std::string(10'000 - text.size(), ' '))).values(), 1U);
  EXPECT_EQ(refusal(file_of(text + std::string(10'001 - text.size(), ' '))), "is damaged: its header is too long");
  const testing::ScratchFolder scratch;
  const auto file = scratch / "predictions-A.npy";
  write_file(file, file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }" + std::string(40'000, ' ')) +
                       std::string(4, '\0'));
  for (const auto reading : {+[](const std::filesystem::path& path) { read_npy(path); },
                             +[](const std::filesystem::path& path) { read_npy_shape(path); }}) {
    try {
      reading(file);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), file.string() + ": is damaged: its header is too long");
    }
  }
}

TEST(Npy, IsReadInAllVersions) {
  const testing::ScratchFolder scratch;
  for (const char version : {'\1', '\2', '\3'}) {
    write_file(scratch / "x.npy",
               file_of(header_text("1, 2"), version) + std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8));
    EXPECT_THAT(read_npy(scratch / "x.npy").values, ElementsAre(1, 2));
    EXPECT_EQ(read_npy_shape(scratch / "x.npy").columns, 2U);
  }
  for (const std::string& text : {header_text("1, 2", ">f4"), header_text("1, 1", "<f8"), header_text("2,"),
                                  std::string("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }")}) {
    write_file(scratch / "x.npy", file_of(text) + std::string(8, '\0'));
    try {
      read_npy(scratch / "x.npy");
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("does not hold a 2-d array of float32 or float16 in C order")) << text;
    }
  }
}

}  // namespace
}  // namespace ersatz
