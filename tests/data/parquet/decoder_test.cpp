// The pieces of the format, on bytes written by hand from its definition.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/parquet/delta_decoder.hpp"
#include "data/parquet/hybrid_decoder.hpp"
#include "data/parquet/page_codec.hpp"
#include "data/parquet/page_reader.hpp"
#include "data/parquet/thrift.hpp"
#include "data/parquet/value_decoder.hpp"

namespace ersatz::data {
namespace {

using namespace std::literals;
using ::testing::ElementsAre;

std::string said(const std::function<void()>& act) {
  try {
    act();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(HybridDecoder, ReadsRunsAndBitPackedGroups) {
  // a run of 3 times 5 in 3 bits; then 0 to 7 bit-packed, as the format's page shows it
  HybridDecoder decoder("\x06\x05\x03\x88\xc6\xfa"sv, 3);
  std::vector<std::uint32_t> numbers;
  for (int i = 0; i < 11; ++i) numbers.push_back(decoder.next());
  EXPECT_THAT(numbers, ElementsAre(5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_NE(said([&] { decoder.next(); }), "");
}

TEST(HybridDecoder, WidthsOfZeroAndThirtyTwoBits) {
  HybridDecoder none("\x08"sv, 0);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(none.next(), 0U);
  HybridDecoder wide("\x02\x78\x56\x34\x12"sv, 32);
  EXPECT_EQ(wide.next(), 0x12345678U);
  EXPECT_NE(said([] { HybridDecoder("", 33); }), "");
}

TEST(HybridDecoder, AGroupThatIsCutShortEndsWithAnError) {
  HybridDecoder decoder("\x03\x88\xc6"sv, 3);  // 16 of 24 bits
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(decoder.next(), i);
  EXPECT_NE(said([&] { decoder.next(); }), "");
  EXPECT_NE(said([] { HybridDecoder("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"sv, 8).next(); }), "");
}

TEST(DeltaDecoder, ReadsTheExampleOfTheFormat) {
  // 7, 5, 3, 1, 2, 3, 4, 5: blocks of 128 in 4 miniblocks; differences from -2 in 2 bits: 0 0 0 3 3 3 3
  std::string page = "\x80\x01\x04\x08\x0e\x03\x02\x00\x00\x00\xc0\x3f"s;
  page += std::string(6, '\0') + "rest";
  DeltaDecoder decoder(page);
  std::vector<std::int64_t> numbers;
  while (decoder.left() > 0) numbers.push_back(decoder.next());
  EXPECT_THAT(numbers, ElementsAre(7, 5, 3, 1, 2, 3, 4, 5));
  EXPECT_EQ(decoder.rest(), "rest");
  EXPECT_NE(said([&] { decoder.next(); }), "");
}

TEST(DeltaDecoder, ImpossibleBlocksAreErrors) {
  EXPECT_NE(said([] { DeltaDecoder("\x00\x04\x08\x0e"sv); }), "");
  EXPECT_NE(said([] { DeltaDecoder("\x80\x01\x00\x08\x0e"sv); }), "");
  EXPECT_NE(said([] { DeltaDecoder("\xff\xff\xff\xff\x0f\x01\x08\x0e"sv); }), "");
}

TEST(ThriftReader, PassesOverWhatIsNotAskedFor) {
  // field 1: i32 -3; field 2: struct with a binary; field 3: list of booleans; field 20: true
  const std::string bytes = "\x15\x05\x1c\x18\x02hi\x00\x19\x21\x01\x02\x01\x28\x00rest"s;
  ThriftReader in(bytes);
  std::int64_t number = 0;
  bool flag = false;
  in.structure([&](int id) {
    if (id == 1) number = in.integer();
    if (id == 20) flag = in.boolean();
    return id == 1 || id == 20;
  });
  EXPECT_EQ(number, -3);
  EXPECT_TRUE(flag);
  EXPECT_EQ(in.rest(), "rest");
}

TEST(ThriftReader, DeepNestingAndLongListsAreErrors) {
  const auto skip = [](const std::string& bytes) {
    return said([&] { ThriftReader(bytes).structure([](int) { return false; }); });
  };
  EXPECT_THAT(skip(std::string(100000, '\x1c')), ::testing::HasSubstr("too deeply"));
  EXPECT_THAT(skip("\x19\xf8\xff\xff\xff\xff\x0f"), ::testing::HasSubstr("cut short"));
  EXPECT_THAT(skip("\x1f"), ::testing::HasSubstr("unknown kind"));
}

std::string zigzag(std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  std::string bytes;
  for (; rest > 127; rest >>= 7) bytes += static_cast<char>((rest & 127) | 128);
  return bytes + static_cast<char>(rest);
}

TEST(PageReader, ChecksumsAreChecked) {
  // two numbers in a page of the first version; the CRC-32 of "12345678" is 9ae0daaf
  const auto page = [](std::uint32_t crc) {
    const std::string fields =
        "\x15" + zigzag(0) + "\x15" + zigzag(8) + "\x15" + zigzag(8) + "\x15" + zigzag(static_cast<std::int32_t>(crc));
    return fields + "\x1c\x15" + zigzag(2) + "\x15" + zigzag(0) + "\x15" + zigzag(3) + "\0\0"s + "12345678";
  };
  const auto first = [](const std::string& bytes) {
    PageBuffers buffers;
    PageReader pages({{"x"}, ParquetType::int32, false, 0, 0}, {ParquetCodec::uncompressed, 2, bytes});
    const auto read = pages.next(buffers);
    return decode_values(read->encoding, ParquetType::int32, read->values, {})->next().integer;
  };
  EXPECT_EQ(first(page(0x9ae0daaf)), 0x34333231);
  EXPECT_THAT(said([&] { first(page(0x9ae0daae)); }), ::testing::HasSubstr("checksum"));
}

TEST(PageCodec, ClaimsOfAbsurdSizesTakeNoMemory) {
  std::string buffer;
  for (const auto codec : {ParquetCodec::snappy, ParquetCodec::zstd, ParquetCodec::gzip}) {
    EXPECT_THAT(said([&] { unpack_page(codec, "abc", std::size_t{1} << 40, buffer); }),
                ::testing::HasSubstr("more than"));
    EXPECT_THAT(said([&] { unpack_page(codec, "abc", std::size_t{1} << 29, buffer); }),
                ::testing::HasSubstr("more than"));
    EXPECT_THAT(said([&] { unpack_page(codec, "abc", 100, buffer); }), ::testing::HasSubstr("cannot be unpacked"));
  }
  EXPECT_LT(buffer.capacity(), 1000U);
}

TEST(ValueDecoder, ADictionaryIsNoLargerThanItsPage) {
  EXPECT_NE(said([] { read_dictionary(ParquetType::byte_array, "\0\0\0\0"sv, std::uint64_t{1} << 60); }), "");
  const ParquetDictionary dictionary = read_dictionary(ParquetType::byte_array, "\x02\0\0\0ab\0\0\0\0"sv, 2);
  ASSERT_EQ(dictionary.size(), 2U);
}

}  // namespace
}  // namespace ersatz::data
