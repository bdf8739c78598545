#include "train/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace ersatz::train {
namespace {

using ::testing::HasSubstr;

constexpr char kHeader[] = "round,loss,accuracy,val_loss,val_accuracy,learning_rate,train_seconds,eval_seconds,steps\n";

std::string refusal(const std::string& rows) {
  try {
    history_from_csv(kHeader + rows);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(History, IsReadAsItWasWritten) {
  const History history{{1, 2.5, 0.1, std::nan(""), std::nan(""), 1e-3, 0.25, 0, 7},
                        {2, 1.0 / 3, 1, 0.7, 0.5, 1e-4, 1234567.5, 0.125, 14}};
  const std::string text = history_to_csv(history);
  EXPECT_EQ(history_to_csv(history_from_csv(text)), text);
  EXPECT_EQ(history_from_csv(text).back().loss, 1.0 / 3);
}

TEST(History, NumbersOfRoundsAndStepsAreWholeAndPossible) {
  EXPECT_EQ(refusal("1,2,.5,nan,nan,.1,1,1,7\n"), "");
  for (const char* round : {"1e300", "-1e300", "3000000000", "1.5", "-1", "nan", "inf"}) {
    EXPECT_EQ(refusal(round + std::string(",2,.5,nan,nan,.1,1,1,7\n")),
              "row 1 has " + std::string(round) + " in the column round");
  }
  for (const char* steps : {"1e300", "9223372036854775808", "-1", "0.5", "nan"}) {
    EXPECT_THAT(refusal("1,2,.5,nan,nan,.1,1,1," + std::string(steps) + "\n"), HasSubstr("in the column steps"))
        << steps;
  }
}

}  // namespace
}  // namespace ersatz::train
