#include "cluster/packing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace ersatz::cluster {
namespace {

std::vector<RunToPack> runs_of(const std::vector<double>& seconds) {
  std::vector<RunToPack> runs;
  for (const double s : seconds) runs.push_back({1000 * s, s, false});
  return runs;
}

std::size_t runs_in(const Packing& packing) {
  std::size_t runs = 0;
  for (const Packing::Task& task : packing.tasks) runs += task.runs;
  return runs;
}

TEST(Packing, ShortRunsShareATask) {
  const Packing packing = packing_by_time(runs_of(std::vector<double>(100, 60)), 600);
  EXPECT_EQ(packing.parts, 10U);
  ASSERT_EQ(packing.tasks.size(), 10U);
  for (const Packing::Task& task : packing.tasks) {
    EXPECT_EQ(task.runs, 10U);
    EXPECT_DOUBLE_EQ(task.seconds, 600);
    EXPECT_DOUBLE_EQ(task.longest, 60);
  }
}

TEST(Packing, LongRunsHaveATaskEach) {
  const Packing packing = packing_by_time(runs_of({7200, 3600, 3600}), 600);
  EXPECT_EQ(packing.parts, 3U);
  EXPECT_EQ(packing.tasks.size(), 3U);
}

TEST(Packing, ShortRunsBesideLongOnesArePackedToo) {
  std::vector<double> seconds(100, 10);
  seconds.insert(seconds.end(), 10, 18000);
  const Packing packing = packing_by_time(runs_of(seconds), 600);
  EXPECT_EQ(packing.tasks.size(), 11U);  // ten long ones, and one of 1,000 s
  for (const Packing::Task& task : packing.tasks) EXPECT_GE(task.seconds, 600);
  EXPECT_EQ(runs_in(packing), 110U);
}

TEST(Packing, LittleWorkIsOneTask) {
  EXPECT_EQ(packing_by_time(runs_of({5}), 600).tasks.size(), 1U);
  EXPECT_EQ(packing_by_time(runs_of({5, 5, 5}), 600).tasks.size(), 1U);
  EXPECT_EQ(packing_by_time(runs_of({0, 0}), 600).tasks.size(), 1U);
  EXPECT_TRUE(packing_by_time({}, 600).tasks.empty());
}

TEST(Packing, OnlyWhatIsLeftIsDone) {
  auto runs = runs_of(std::vector<double>(12, 18000));
  for (std::size_t i = 2; i < 12; ++i) runs[i] = {18'000'000, 0, true};
  const Packing packing = packing_by_time(runs, 600);
  EXPECT_EQ(packing.tasks.size(), 2U);  // not one after the other
  for (const Packing::Task& task : packing.tasks) EXPECT_EQ(task.runs, 1U);
}

TEST(Packing, ManyShortRunsThatAreLeftShareTasks) {
  std::vector<RunToPack> runs;
  for (int i = 0; i < 12000; ++i) runs.push_back(i % 12 == 0 ? RunToPack{10, 10, false} : RunToPack{10, 0, true});
  const Packing packing = packing_by_time(runs, 600);
  EXPECT_EQ(runs_in(packing), 1000U);
  EXPECT_LE(packing.tasks.size(), 16U);
  EXPECT_GE(packing.tasks.size(), 8U);
}

TEST(Packing, ByNumberOfParts) {
  const Packing packing = packing_of(runs_of({4, 3, 2, 1}), 2);
  ASSERT_EQ(packing.tasks.size(), 2U);
  EXPECT_EQ(packing.tasks[0].part, 1U);
  EXPECT_DOUBLE_EQ(packing.tasks[0].seconds, 5);               // 4 and 1
  EXPECT_DOUBLE_EQ(packing.tasks[1].seconds, 5);               // 3 and 2
  EXPECT_EQ(packing_of(runs_of({1, 1}), 5).tasks.size(), 2U);  // the other parts are empty
}

}  // namespace
}  // namespace ersatz::cluster
