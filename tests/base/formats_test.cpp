#include <gtest/gtest.h>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/npy.hpp"
#include "base/text.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using testing::ScratchFolder;

TEST(Sha256, GivesTheKnownAnswers) {  // FIPS 180-4 examples
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abc"), 8), "ba7816bf");
  Sha256 pieces;
  pieces.update("a");
  pieces.update("");
  pieces.update("bc");
  EXPECT_EQ(pieces.finish(), sha256("abc"));
}

TEST(Csv, IsReadAsItWasWritten) {
  const ScratchFolder scratch;
  const std::vector<std::string> fields{"plain", "", "a,b", "say \"hi\"", "two\nlines", " space ", "\r"};
  write_file(scratch / "x.csv", csv_line({"1", "2", "3", "4", "5", "6", "7"}) + csv_line(fields));
  const Csv csv = read_csv(scratch / "x.csv");
  ASSERT_EQ(csv.rows.size(), 1U);
  EXPECT_EQ(csv.rows[0], fields);
  EXPECT_EQ(csv.column("3"), 2U);
  EXPECT_THROW(csv.column("8"), Error);
  EXPECT_EQ(csv_line({"a", "b c"}), "a,b c\n") << "no quotes without need";
}

TEST(Csv, RowsOfAnotherLengthAreErrors) {
  const ScratchFolder scratch;
  write_file(scratch / "x.csv", "a,b\r\n1,2\r\n3\r\n");
  try {
    read_csv(scratch / "x.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("row 2 has 1 fields"), std::string::npos) << error.what();
  }
}

TEST(Npy, IsReadAsItWasWritten) {
  const ScratchFolder scratch;
  const Matrix matrix{2, 3, {1, -2, 0.5F, 4, 1e-30F, 6}};
  write_npy(scratch / "x.npy", matrix);
  const Matrix again = read_npy(scratch / "x.npy");
  EXPECT_EQ(again.rows, 2U);
  EXPECT_EQ(again.columns, 3U);
  EXPECT_EQ(again.values, matrix.values);
  EXPECT_EQ(again.row(1)[0], 4);
}

// The bytes that numpy.save() writes for numpy.array([[1, 2]], dtype=numpy.float32).
TEST(Npy, HasNumpysBytes) {
  const ScratchFolder scratch;
  write_npy(scratch / "x.npy", {1, 2, {1, 2}});
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  expected.resize(127, ' ');
  expected += '\n';
  expected += std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8);
  EXPECT_EQ(read_file(scratch / "x.npy"), expected);
}

TEST(Npy, EveryCutAndEveryExtraByteIsAnError) {
  const ScratchFolder scratch;
  write_npy(scratch / "x.npy", {2, 2, {1, 2, 3, 4}});
  const std::string whole = read_file(scratch / "x.npy");
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    write_file(scratch / "cut.npy", whole.substr(0, length));
    EXPECT_THROW(read_npy(scratch / "cut.npy"), Error) << length;
  }
  write_file(scratch / "long.npy", whole + "x");
  EXPECT_THROW(read_npy(scratch / "long.npy"), Error);
  std::string huge = whole;
  huge.replace(huge.find("(2, 2)"), 6 + 22, "(999999999999, 999999999999)");
  write_file(scratch / "huge.npy", huge);
  EXPECT_THROW(read_npy(scratch / "huge.npy"), Error);
}

TEST(Text, NumbersAreWrittenForPeople) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_bytes(999), "999 bytes");
  EXPECT_EQ(format_bytes(125223751), "125.2 MB");
  EXPECT_EQ(format_bytes(999960000), "1.0 GB");
  EXPECT_EQ(format_duration(0.44), "0.4 s");
  EXPECT_EQ(format_duration(9.96), "10 s");
  EXPECT_EQ(format_duration(59.6), "1 min 00 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 05 min");
  EXPECT_EQ(join_words({}), "");
  EXPECT_EQ(join_words({"a"}), "a");
  EXPECT_EQ(join_words({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(join_words({"a", "b"}, " or "), "a or b");
}

}  // namespace
}  // namespace ersatz
