#include "report/text_extent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/missing_glyphs.hpp"

namespace ersatz::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Advance widths of DejaVu Sans as FreeType reads them: of 2048 units an em, "i" has 569, "W" 2025.
TEST(TextExtent, IsThatOfDejaVuSans) {
  EXPECT_NEAR(text_ems("i"), 569 / 2048.0, 0.005);
  EXPECT_NEAR(text_ems("W"), 2025 / 2048.0, 0.005);
  EXPECT_NEAR(text_ems("WiW"), (2 * 2025 + 569) / 2048.0, 0.015);
}

TEST(FitText, KeepsBeginningAndEnd) {
  EXPECT_EQ(fit_text("short", 10), "short");
  const std::string cut = fit_text("a very long name of a class", 8);
  EXPECT_LE(text_ems(cut), 8);
  EXPECT_THAT(cut, AllOf(::testing::StartsWith("a ve"), ::testing::HasSubstr("…"), ::testing::EndsWith("ass")));
  EXPECT_EQ(fit_text("ääääääää", 3.5), "ää…ä");  // never half a letter
}

TEST(WrapText, BreaksAtSpaces) {
  EXPECT_THAT(wrap_text("", 5), IsEmpty());
  EXPECT_THAT(wrap_text("one two three", 5), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap_text("one two three", 50), ElementsAre("one two three"));
}

TEST(MissingGlyphs, AreWrittenAsNumbers) {
  EXPECT_EQ(drawable("it's plain"), "it's plain");
  EXPECT_EQ(drawable("\xF4\x8F\xBF\xBD\xF4\x8F\xBF\xBDx"), "U+10FFFD U+10FFFDx");
  EXPECT_THAT(missing_characters("a\xF4\x8F\xBF\xBD\xF4\x8F\xBF\xBD"), ElementsAre("\xF4\x8F\xBF\xBD"));
  EXPECT_EQ(drawable("naïve é ± …"), "naïve é ± …");  // DejaVu has them
  EXPECT_EQ(drawable("a\xE2\x80\x8D"
                     "b"),
            "a\xE2\x80\x8D"
            "b");  // a joiner is never drawn
}

}  // namespace
}  // namespace ersatz::report
