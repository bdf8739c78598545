#include "cluster/slurm_queue.hpp"

#include <gtest/gtest.h>

namespace ersatz::cluster {
namespace {

TEST(SlurmQueue, LinesAreRead) {
  const auto entries = read_queue(
      "2|PENDING|Dependency|ersatz-a\n"
      "1_[5-8%2]|PENDING|JobArrayTaskLimit|ersatz-a\n"
      "1_3|RUNNING|None|a|b\n"
      "1_4|COMPLETING|None|ersatz-a\n"
      "1_9|REQUEUE_HOLD|launch failed requeued held|ersatz-a");
  ASSERT_EQ(entries.size(), 5U);
  EXPECT_EQ(entries[0].id, "2");
  EXPECT_EQ(entries[0].tasks, 1U);
  EXPECT_EQ(entries[0].reason, "Dependency");
  EXPECT_TRUE(entries[0].waits());
  EXPECT_EQ(entries[1].tasks, 4U);
  EXPECT_EQ(entries[1].name, "ersatz-a");
  EXPECT_EQ(entries[2].name, "a|b");
  EXPECT_FALSE(entries[2].waits());
  EXPECT_FALSE(entries[3].waits());
  EXPECT_TRUE(entries[4].waits());
}

TEST(SlurmQueue, OtherLinesAreLeftOut) {
  EXPECT_TRUE(read_queue("").empty());
  EXPECT_TRUE(
      read_queue("\n\nJOBID STATE\n|RUNNING|None|x\n1_[...]|PENDING|None|x\n1_[|PENDING|None|x\nx|RUNNING|None|x\n")
          .empty());
  EXPECT_EQ(read_queue("a warning\n1|RUNNING|None|x\n").size(), 1U);
}

TEST(SlurmQueue, TheNumberOfASubmittedJob) {
  EXPECT_EQ(submitted_job("123\n"), "123");
  EXPECT_EQ(submitted_job("123;cluster\n"), "123");
  for (const char* other : {"", "\n", ";x", "Submitted batch job 123\n", "-1\n"}) {
    EXPECT_EQ(submitted_job(other), "") << other;
  }
}

}  // namespace
}  // namespace ersatz::cluster
