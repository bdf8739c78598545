#include "base/suggest.hpp"

#include <gtest/gtest.h>

namespace ersatz {
namespace {

const std::vector<std::string> kKeys{"epochs", "batch", "learning_rate", "nn", "lenet"};

TEST(NearestWord, ForgivesSlips) {
  EXPECT_EQ(nearest_word("epoch", kKeys), "epochs") << "one left out";
  EXPECT_EQ(nearest_word("epcohs", kKeys), "epochs") << "two swapped";
  EXPECT_EQ(nearest_word("batsh", kKeys), "batch") << "one replaced";
  EXPECT_EQ(nearest_word("LeNet", kKeys), "lenet") << "another case";
  EXPECT_EQ(nearest_word("learningrate", kKeys), "learning_rate");
}

TEST(NearestWord, DoesNotGuessWildly) {
  EXPECT_EQ(nearest_word("momentum", kKeys), "");
  EXPECT_EQ(nearest_word("xy", kKeys), "") << "nothing of it is left of \"nn\"";
  EXPECT_EQ(nearest_word("", kKeys), "");
  EXPECT_EQ(nearest_word("epochs", {}), "");
}

TEST(Suggest, ListsAllWhenNothingIsNear) {
  EXPECT_EQ(suggest("epoch", kKeys, "known keys"), "did you mean \"epochs\"?");
  EXPECT_EQ(suggest("momentum", {"a", "b"}, "known keys"), "known keys: a and b");
}

}  // namespace
}  // namespace ersatz
