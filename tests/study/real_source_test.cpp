#include "study/real_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ersatz::study {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Why = RealSource::Why;

void expect(const RealSource& real, const std::string& name, Why why) {
  EXPECT_EQ(real.name, name);
  EXPECT_EQ(real.why, why);
  EXPECT_EQ(real.guessed(), !guess_note(real).empty());
}

TEST(RealSource, IsWhatTheStudySays) {
  expect(real_source("sdxl", {"REAL", "sdxl"}, {"REAL", "sdxl"}), "sdxl", Why::given);
}

TEST(RealSource, IsCalledREALUnlessTheStudySaysOtherwise) {
  expect(real_source({}, {"FAKE", "REAL"}, {"FAKE"}), "REAL", Why::named_real);
}

TEST(RealSource, IsTheOnlyOneThatNothingIsTrainedOn) {
  expect(real_source({}, {"sd21", "sdxl", "wild"}, {"sd21", "sdxl"}), "wild", Why::only_tests);
  expect(real_source({}, {"sd21", "sdxl", "wild"}, {"sd21"}), "sd21", Why::first);
}

TEST(RealSource, IsElseTheFirstThatIsTestedOn) {
  expect(real_source({}, {"sd21", "wild"}, {"sd21", "wild"}), "sd21", Why::first);
  expect(real_source({}, {"wild", "sd21"}, {"sd21", "wild"}), "wild", Why::first);
}

TEST(RealSource, IsNoGuessWhereThereIsNoOther) {
  expect(real_source({}, {"wild"}, {"wild"}), "wild", Why::only_one);
  expect(real_source({}, {"wild"}, {"sd21"}), "wild", Why::only_one);
}

TEST(RealSource, SaysHowItWasGuessedAndHowToSayIt) {
  EXPECT_THAT(guess_note({"wild", Why::first}), AllOf(HasSubstr("wild is taken for the real images"),
                                                      HasSubstr("first source"), HasSubstr("real = \"wild\"")));
  EXPECT_THAT(guess_note({"wild", Why::only_tests}), HasSubstr("only source that nothing was trained on"));
}

}  // namespace
}  // namespace ersatz::study
