#include "cluster/slurm_array.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace ersatz::cluster {
namespace {

TEST(SlurmArray, NumbersAreCondensed) {
  EXPECT_EQ(condensed({}), "");
  EXPECT_EQ(condensed({7}), "7");
  EXPECT_EQ(condensed({1, 2, 3, 7, 9, 10}), "1-3,7,9-10");
}

TEST(SlurmArray, TasksAreCounted) {
  EXPECT_EQ(count_tasks("7"), 1U);
  EXPECT_EQ(count_tasks("5-8%2"), 4U);
  EXPECT_EQ(count_tasks("1-3,7,9-10"), 6U);
  EXPECT_EQ(count_tasks("0-10:2"), 6U);  // 0, 2, ... 10
  EXPECT_EQ(count_tasks("0-9:4,20"), 4U);
  for (const char* wrong : {"", "%2", "a", "3-1", "1-", "-1", "1-3:0", "1,,2", "1-3,...", "99999999999999999999"}) {
    EXPECT_EQ(count_tasks(wrong), 0U) << wrong;
  }
}

TEST(SlurmArray, OneArrayHoldsWhatItCan) {
  const auto arrays = arrays_of({1, 2, 3, 5, 1000}, 1001);
  ASSERT_EQ(arrays.size(), 1U);
  EXPECT_EQ(arrays[0].before, 0U);
  EXPECT_EQ(arrays[0].text(0), "1-3,5,1000");
  EXPECT_EQ(arrays[0].text(2), "1-3,5,1000%2");
}

TEST(SlurmArray, SeveralArraysWhereTheirSizeIsSmall) {
  const auto arrays = arrays_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6);  // tasks 1 to 5
  ASSERT_EQ(arrays.size(), 3U);
  EXPECT_EQ(arrays[0].text(0), "1-5");
  EXPECT_EQ(arrays[1].before, 5U);
  EXPECT_EQ(arrays[1].text(0), "1-5");
  EXPECT_EQ(arrays[2].before, 10U);
  EXPECT_EQ(arrays[2].text(0), "1-2");
}

TEST(SlurmArray, EveryPartIsOneTask) {
  const std::vector<std::size_t> parts{3, 9, 10, 11, 12, 500, 9999, 10000, 10001, 123456};
  for (const std::size_t size : {0UL, 1UL, 2UL, 3UL, 11UL, 1001UL, 4000001UL}) {
    std::vector<std::size_t> found;
    for (const SlurmArray& array : arrays_of(parts, size)) {
      EXPECT_FALSE(array.tasks.empty());
      for (const std::size_t task : array.tasks) {
        EXPECT_GE(task, 1U);
        EXPECT_LT(task, std::max<std::size_t>(size, 2)) << size;
        EXPECT_LE(task, 10000U);
        found.push_back(array.before + task);
      }
    }
    EXPECT_EQ(found, parts) << size;
  }
}

TEST(SlurmArray, ItsSizeIsReadFromTheConfiguration) {
  EXPECT_EQ(
      max_array_size("LogTimeFormat           = iso8601_ms\nMaxArraySize            = 1001\nMaxDBDMsgs = 20024\n"),
      1001U);
  EXPECT_EQ(max_array_size("MaxArraySize = 4000001"), 4000001U);
  for (const char* without : {"", "MaxArraySize", "MaxArraySize =", "MaxArraySize = many", "MaxJobCount = 1"}) {
    EXPECT_EQ(max_array_size(without), 0U) << without;
  }
}

}  // namespace
}  // namespace ersatz::cluster
