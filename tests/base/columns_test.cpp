#include "base/columns.hpp"

#include <gtest/gtest.h>

#include <clocale>

namespace ersatz {
namespace {

class Columns : public ::testing::Test {
 protected:
  Columns() { std::setlocale(LC_CTYPE, "C.UTF-8"); }  // as the program does
};

TEST_F(Columns, AreThoseOfATerminal) {
  EXPECT_EQ(columns("abc"), 3U);
  EXPECT_EQ(columns("±é…"), 3U);
  EXPECT_EQ(columns("e\u0301"), 1U) << "a combining accent";
  EXPECT_EQ(columns("数字"), 4U);
  EXPECT_EQ(columns("\xff\xc3"), 2U) << "no UTF-8";
}

TEST_F(Columns, ShorteningCutsNoCharacter) {
  EXPECT_EQ(shorten_end("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten_end("abcdef", 5), "abcd…");
  EXPECT_EQ(shorten_end("数字数字", 6), "数字…");
  EXPECT_EQ(shorten_end("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  EXPECT_EQ(shorten_middle("lenet-REAL-s1-3f2a91c0", 12), "lenet-…a91c0");
  EXPECT_EQ(shorten_middle("数字数字", 5), "数…字");
  EXPECT_EQ(shorten_middle("abc", 1), "…");
  EXPECT_EQ(shorten_end("abc", 0), "");
}

TEST_F(Columns, LinesEndBetweenWords) {
  EXPECT_EQ(wrapped("one two  three", 7), "one two\nthree\n");
  EXPECT_EQ(wrapped("数字 数字 a", 6, 1), " 数字\n 数字\n a\n");
  EXPECT_EQ(wrapped("is [.478, .522] at 95 % here", 8), "is\n[.478, .522]\nat 95 %\nhere\n") << "no interval is cut";
  EXPECT_EQ(wrapped("averylongword b", 5), "averylongword\nb\n");
  EXPECT_EQ(wrapped_behind("note: ", "one two three", 13), "note: one two\n      three\n");
  EXPECT_EQ(wrapped_behind("x ", "", 10), "x \n");
}

}  // namespace
}  // namespace ersatz
