// How kinds of derived sources are written, and what is refused.

#include "data/derive/derived_kind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string error_of(const std::string& text) {
  try {
    parse_derived_kind(text);
  } catch (const Error& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
  return "";
}

TEST(DerivedKind, IsWrittenInOneWay) {
  for (const char* text :
       {"as-is", "pca:16", "jpeg:40", "blur:0.5", "noise:20", "resize:16", "saturation:0", "typical:0.2", "diverse:1",
        "duplicated:500", "mislabelled:0.1", "classes-without:my cat", "mixed:0.5"}) {
    EXPECT_EQ(parse_derived_kind(text).text(), text);
  }
  EXPECT_EQ(parse_derived_kind("blur:.50").text(), "blur:0.5");
  EXPECT_EQ(parse_derived_kind("jpeg:40.0").text(), "jpeg:40");
  EXPECT_EQ(parse_derived_kind("classes-without:a:b").class_name, "a:b");
}

TEST(DerivedKind, AnUnknownOneIsAnErrorWithTheNearest) {
  EXPECT_THAT(error_of("jpg:40"), AllOf(HasSubstr("no kind \"jpg\""), HasSubstr("did you mean \"jpeg\"?")));
  EXPECT_THAT(error_of("mislabeled:.1"), HasSubstr("did you mean \"mislabelled\"?"));
  EXPECT_THAT(error_of("watercolour"), AllOf(HasSubstr("as-is, pca:K, jpeg:Q"), HasSubstr("and mixed:SHARE")));
  EXPECT_THAT(error_of(""), HasSubstr("no kind \"\""));
}

TEST(DerivedKind, AValueIsCheckedAndAMissingOneNamed) {
  EXPECT_THAT(error_of("jpeg"), AllOf(HasSubstr("it takes a value, jpeg:Q"), HasSubstr("--kind jpeg:16")));
  EXPECT_THAT(error_of("jpeg:"), HasSubstr("it takes a value"));
  EXPECT_THAT(error_of("as-is:3"), HasSubstr("takes no value"));
  EXPECT_THAT(error_of("jpeg:101"), HasSubstr("Q must be a whole number from 1 to 100"));
  EXPECT_THAT(error_of("jpeg:40.5"), HasSubstr("whole number"));
  EXPECT_THAT(error_of("blur:0"), HasSubstr("SIGMA must be a number above 0 and at most 16"));
  for (const char* text : {"typical:0", "diverse:1.01", "mislabelled:-0.1", "mixed:nan", "typical:a", "typical:0.2x"}) {
    EXPECT_THAT(error_of(text), HasSubstr("SHARE must be a number above 0 and at most 1")) << text;
  }
  for (const char* text : {"pca:0", "pca:257", "resize:0", "noise:256", "saturation:4.1", "duplicated:0", "pca:inf"}) {
    EXPECT_THAT(error_of(text), HasSubstr("must be")) << text;
  }
}

TEST(DerivedKind, ASizeThatChangesNothingIsRefused) {
  EXPECT_EQ(pixel_changes(parse_derived_kind("resize:7"), {8, 8}).size(), 1U);
  EXPECT_THROW(pixel_changes(parse_derived_kind("resize:8"), {8, 8}), Error);
  EXPECT_EQ(pixel_changes(parse_derived_kind("resize:6"), {4, 8}).size(), 1U);  // the longer side counts
  EXPECT_TRUE(pixel_changes(parse_derived_kind("mixed:0.5"), {8, 8}).empty());
}

}  // namespace
}  // namespace ersatz::data
