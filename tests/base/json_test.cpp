#include "base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;
using testing::ScratchFolder;

std::string refusal(const std::string& text) {
  try {
    parse_json(text);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::string nested(std::size_t levels, const std::string& inside) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
  text += inside;
  for (std::size_t i = levels; i-- > 0;) text += i % 2 == 0 ? "]" : "}";
  return text;
}

TEST(ParseJson, ReadsAsTheLibraryDoes) {
  for (const char* text : {R"({"b":1,"a":[true,false,null,-2,3.5,"x"],"":{},"c":[[],{"d":[{}]}]})", "[]", "7",
                           "\"\\u00e9\"", "18446744073709551615", "-9223372036854775808", " [1 , 2]\n"}) {
    EXPECT_EQ(parse_json(text).dump(), Json::parse(text).dump()) << text;
  }
}

TEST(ParseJson, OfARepeatedKeyTheLastValueCounts) {
  for (const char* text : {R"({"a":1,"a":2})", R"({"b":1,"a":[2],"b":{"c":3},"d":4,"a":5,"b":6})"}) {
    EXPECT_EQ(parse_json(text).dump(), Json::parse(text).dump()) << text;
  }
}

TEST(ParseJson, WhatIsNoJsonIsAnErrorThatSaysWhere) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "[1] 2", "nul", "[1e999]", "\"\xff\""}) {
    EXPECT_THAT(refusal(text), HasSubstr("is not valid JSON: ")) << text;
  }
  EXPECT_THAT(refusal("[1,\n x]"), HasSubstr("line 2, column 2"));
}

TEST(ParseJson, DepthHasALimit) {
  EXPECT_EQ(refusal(nested(kDeepestJson, "1")), "");
  EXPECT_EQ(refusal(nested(kDeepestJson + 1, "1")), "is JSON of more than 64 levels");
  EXPECT_EQ(refusal(std::string(10'000'000, '[')), "is JSON of more than 64 levels");
  const ScratchFolder scratch;
  write_file(scratch / "run.json", nested(100'000, ""));
  try {
    read_json(scratch / "run.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), (scratch / "run.json").string() + " is JSON of more than 64 levels");
  }
}

// A time that grows with the square of the number of keys would be minutes here.
TEST(ParseJson, ManyKeysAreReadInLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text += "\"key " + std::to_string(i) + "\":" + std::to_string(i) + ',';
  text.back() = '}';
  run_isolated(
      [&] {
        if (parse_json(text).size() != 300'000) throw Error("not all keys are there");
      },
      {10});
}

TEST(Json, IntegersAreReadFromWholeNumbersOfTheirTypeAlone) {
  EXPECT_EQ(Json::parse("[3, 4.0, -5e2]").get<std::vector<int>>(), (std::vector<int>{3, 4, -500}));
  EXPECT_EQ(Json::parse("18446744073709551615").get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(Json::parse("2147483647").get<int>(), 2147483647);
  for (const char* text :
       {"1e300", "-1e300", "2147483648", "2147483648.0", "-2147483649", "0.5", "18446744073709551615"}) {
    EXPECT_THROW(Json::parse(text).get<int>(), Json::out_of_range) << text;
  }
  for (const char* text : {"-1", "-1.0", "18446744073709551616", "1e20"}) {
    EXPECT_THROW(Json::parse(text).get<std::size_t>(), Json::out_of_range) << text;
  }
  EXPECT_THROW(Json::parse("[1, 1e300]").get<std::vector<std::int64_t>>(), Json::out_of_range);
  EXPECT_THROW(Json(std::nan("")).get<int>(), Json::out_of_range);
  EXPECT_THROW(Json("7").get<int>(), Json::type_error);
  EXPECT_EQ(Json(1e300).get<double>(), 1e300);
}

TEST(WholeNumber, IsNothingForFractionsAndWhatTheTypeLacks) {
  EXPECT_EQ(whole_number<int>(-7.0), -7);
  EXPECT_EQ(whole_number<int>(-2147483648.0), -2147483648LL);
  EXPECT_EQ(whole_number<std::int64_t>(-0x1p63), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(whole_number<std::uint64_t>(0x1.fffffffffffffp63), 18446744073709549568U);
  EXPECT_EQ(whole_number<std::uint64_t>(-0.0), 0U);
  for (const double value :
       {0.5, -0.5, 2147483648.0, -2147483649.0, 1e300, -1e300, HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    EXPECT_EQ(whole_number<int>(value), std::nullopt) << value;
  }
  EXPECT_EQ(whole_number<std::int64_t>(0x1p63), std::nullopt);
  EXPECT_EQ(whole_number<std::uint64_t>(0x1p64), std::nullopt);
  EXPECT_EQ(whole_number<std::uint64_t>(-1.0), std::nullopt);
}

TEST(WholeNumber, IsClampedWhereItIsOnlyShown) {
  EXPECT_EQ(clamp_to<int>(2.9), 2);
  EXPECT_EQ(clamp_to<int>(-2.9), -2);
  EXPECT_EQ(clamp_to<int>(1e300), std::numeric_limits<int>::max());
  EXPECT_EQ(clamp_to<std::int64_t>(-HUGE_VAL), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(clamp_to<std::uint64_t>(-1), 0U);
  EXPECT_EQ(clamp_to<std::uint64_t>(-0.5), 0U);
  EXPECT_EQ(clamp_to<std::uint64_t>(std::nan("")), 0U);
}

}  // namespace
}  // namespace ersatz
