#include "cluster/shard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"

namespace ersatz::cluster {
namespace {

using ::testing::ElementsAre;

TEST(Shard, IsReadFromTwoNumbers) {
  EXPECT_EQ(parse_shard("2/8").index, 2U);
  EXPECT_EQ(parse_shard("2/8").count, 8U);
  EXPECT_TRUE(parse_shard("1/1").is_whole());
  for (const char* wrong : {"", "/", "1", "1/", "/2", "0/2", "3/2", "-1/2", "1/2/3", "1 / 2", "a/b", "1/1000001",
                            "1/99999999999999999999"}) {
    EXPECT_THROW(parse_shard(wrong), Error) << wrong;
  }
}

TEST(Shard, EveryJobIsInOnePart) {
  const std::vector<double> costs{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  for (std::size_t count : {1U, 2U, 3U, 7U, 11U, 20U}) {
    std::multiset<std::size_t> all;
    for (std::size_t index = 1; index <= count; ++index) {
      for (const std::size_t job : jobs_of_shard(costs, {index, count})) all.insert(job);
    }
    EXPECT_EQ(all.size(), 11U) << count;
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), 11U) << count;
  }
  EXPECT_THAT(jobs_of_shard(costs, {}), ElementsAre(5, 7, 4, 8, 10, 2, 0, 9, 6, 1, 3));
}

TEST(Shard, PartsAreAboutEqualWork) {
  const std::vector<double> costs{8, 1, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_THAT(jobs_of_shard(costs, {1, 2}), ElementsAre(0));
  EXPECT_EQ(jobs_of_shard(costs, {2, 2}).size(), 8U);
}

}  // namespace
}  // namespace ersatz::cluster
