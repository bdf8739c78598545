#include "data/class_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::vector<std::vector<std::string>>& lists, const JoinedClasses& joined) {
  try {
    unite_classes(lists, joined);
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

TEST(UniteClasses, EqualListsStayAsTheyAre) {
  const UnitedClasses united = unite_classes({{"dog", "cat"}, {"dog", "cat"}}, {});
  EXPECT_THAT(united.names, ElementsAre("dog", "cat"));
  EXPECT_THAT(united.labels, ElementsAre(ElementsAre(0, 1), ElementsAre(0, 1)));
}

TEST(UniteClasses, TheListThatHasAllGivesTheOrder) {
  const UnitedClasses united = unite_classes({{"cat"}, {"dog", "cat"}}, {});
  EXPECT_THAT(united.names, ElementsAre("dog", "cat"));
  EXPECT_THAT(united.labels, ElementsAre(ElementsAre(1), ElementsAre(0, 1)));
}

TEST(UniteClasses, OtherwiseByteOrder) {
  const UnitedClasses united = unite_classes({{"dog", "cat"}, {"bird", "dog"}}, {});
  EXPECT_THAT(united.names, ElementsAre("bird", "cat", "dog"));
  EXPECT_THAT(united.labels, ElementsAre(ElementsAre(2, 1), ElementsAre(0, 2)));
}

TEST(UniteClasses, JoinedNamesBecomeOneClass) {
  const UnitedClasses united =
      unite_classes({{"auto", "car", "cat"}, {"automobile", "cat"}}, {{"automobile", {"auto", "car"}}});
  EXPECT_THAT(united.names, ElementsAre("automobile", "cat"));
  EXPECT_THAT(united.labels, ElementsAre(ElementsAre(0, 0, 1), ElementsAre(0, 1)));
}

TEST(UniteClasses, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(refusal({{"cat", "dog"}}, {{"kitten", {"cta"}}}), HasSubstr("did you mean \"cat\"?"));
  EXPECT_THAT(refusal({{"cat", "dog"}}, {{"a", {"cat"}}, {"b", {"cat"}}}), HasSubstr("joined with two classes"));
  EXPECT_THAT(refusal({{"a", "b", "c"}}, {{"b", {"a"}}, {"c", {"b"}}}), HasSubstr("and others with it"));
  EXPECT_THAT(refusal({{"Cat"}, {"cat"}}, {}), HasSubstr("classes = { \"cat\" = [\"Cat\"] }"));
}

}  // namespace
}  // namespace ersatz::data
