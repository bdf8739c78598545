#include "forecast/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::forecast {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MemoryPlanTest : public ::testing::Test {
 protected:
  MemoryPlanTest() {
    ersatz::testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 0});
    ersatz::testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 0});
    data_ = ersatz::testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "tiny.toml";
    study_.name = "tiny";
    study_.classifiers = {"lenet"};
    study_.training_sets = {{"A", {{"A", {}}}}};
    study_.seeds = {1, 2, 3, 4};
    study_.asked.batch = 512;
  }
  MemoryPlan plan(unsigned jobs, std::uint64_t bytes, bool trained = false) {
    const study::Session session{study_, data_, folder_ / "out", folder_ / "cache",
                                 study::make_plan(study_, data_, folder_ / "cache")};
    const std::vector<std::size_t> todo = study::unfinished_runs(session);
    std::vector<WorkLeft> left(session.plan.runs.size());
    for (WorkLeft& run : left) run.trained = trained;
    return plan_memory(session, todo, left, study::missing_features(session, todo), jobs, {bytes, "free here"});
  }

  ersatz::testing::ScratchFolder folder_;
  data::DataSet data_;
  study::Study study_;
};

constexpr std::uint64_t kPlenty = 1'000'000'000'000;

TEST_F(MemoryPlanTest, WherePlentyIsThereAllRunsFit) {
  const MemoryPlan all = plan(4, kPlenty);
  EXPECT_EQ(all.workers, 4U);
  EXPECT_EQ(all.wanted_bytes, 4 * all.runs.at("lenet"));
  EXPECT_EQ(memory_note(all), "");
}

TEST_F(MemoryPlanTest, AsManyRunsAreMadeAtATimeAsFit) {
  const std::size_t one = plan(1, kPlenty).runs.at("lenet");
  EXPECT_EQ(plan(4, 2 * one - 1).workers, 1U);
  EXPECT_EQ(plan(4, 2 * one).workers, 2U);
  EXPECT_EQ(plan(2, 2 * one).workers, 2U);
  EXPECT_EQ(plan(4, 4 * one).workers, 4U);
  const std::string note = memory_note(plan(4, 3 * one));
  EXPECT_THAT(note, AllOf(HasSubstr("4 runs at a time would take "), HasSubstr(" are free here: 3 at a time")));
}

TEST_F(MemoryPlanTest, OfDifferentRunsThoseThatTakeMostMayComeTogether) {
  study_.classifiers = {"nn", "lenet"};
  const MemoryPlan all = plan(8, kPlenty);
  ASSERT_LT(all.runs.at("nn"), all.runs.at("lenet"));
  EXPECT_EQ(all.wanted_bytes, 4 * all.runs.at("lenet") + 4 * all.runs.at("nn"));
  EXPECT_EQ(plan(8, 4 * all.runs.at("lenet")).workers, 4U);
}

TEST_F(MemoryPlanTest, ARunThatDoesNotFitAloneIsAnErrorWithTheNumbers) {
  try {
    plan(2, 20'000'000);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("a run of lenet (16x16 images, batch 512) takes "), HasSubstr(" MB"),
                                    HasSubstr("and 20.0 MB are free here")));
    EXPECT_THAT(error.hint(), AllOf(HasSubstr("smaller batch"), HasSubstr("--size"), HasSubstr("ERSATZ_MEMORY")));
  }
}

TEST_F(MemoryPlanTest, ARunThatIsOnlyTestedTakesLess) {
  study_.asked.batch = 4096;
  EXPECT_LT(plan(1, kPlenty, true).runs.at("lenet"), plan(1, kPlenty).runs.at("lenet") / 2);
}

TEST_F(MemoryPlanTest, FeaturesAreComputedByAsManyThreadsAsFit) {
  study_.classifiers = {"vgg16:block1"};
  write_file(folder_ / "weights", "weights");
  study_.weights["vgg16"] = folder_ / "weights";
  const MemoryPlan all = plan(1, kPlenty);
  EXPECT_EQ(all.extraction_threads, all.cores);
  EXPECT_GT(all.extraction_bytes, 0U);
  if (all.cores > 1) {
    const MemoryPlan fewer = plan(1, all.extraction_bytes - 1);
    EXPECT_EQ(fewer.extraction_threads, all.cores - 1);
    EXPECT_LT(fewer.extraction_bytes, all.extraction_bytes);
    EXPECT_THAT(memory_note(fewer), AllOf(HasSubstr("features are computed by "), Not(HasSubstr("runs"))));
  }
}

}  // namespace
}  // namespace ersatz::forecast
