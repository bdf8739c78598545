#include "forecast/forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/files.hpp"
#include "base/stop.hpp"
#include "study/execute.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::forecast {
namespace {

using ::testing::Optional;

TEST(Schedule, OneWorkerTakesTheSumAndEnoughWorkersTheLongest) {
  const std::vector<double> runs{7, 5, 3, 2, 1};
  EXPECT_DOUBLE_EQ(busy_until(runs, 1), 18);
  EXPECT_DOUBLE_EQ(busy_until(runs, 5), 7);
  EXPECT_DOUBLE_EQ(busy_until(runs, 100), 7);
  EXPECT_DOUBLE_EQ(busy_until({}, 2), 0);
}

TEST(Schedule, RunsGoInOrderToTheWorkerThatIsFreeFirst) {
  EXPECT_DOUBLE_EQ(busy_until({7, 5, 3, 2, 1}, 2), 9) << "7+2 beside 5+3+1";
  EXPECT_DOUBLE_EQ(busy_until({1, 2, 3, 5, 7}, 2), 11) << "the longest last is slower";
}

TEST(Schedule, MoreWorkersAreNeverSlowerThanTheirShare) {
  const std::vector<double> runs{9, 8, 8, 6, 5, 5, 4, 1, 1, 1};
  const double sum = std::accumulate(runs.begin(), runs.end(), 0.0);
  double before = busy_until(runs, 1);
  for (unsigned workers = 2; workers < 12; ++workers) {
    const double now = busy_until(runs, workers);
    EXPECT_LE(now, before);
    EXPECT_GE(now, std::max(9.0, sum / workers));
    before = now;
  }
}

// Two classifiers on A and B, tested on A and B; invented speeds.
class ForecastTest : public ::testing::Test {
 protected:
  ForecastTest() {
    ersatz::testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 0});
    ersatz::testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 0});
    data_ = ersatz::testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "s.toml";
    study_.name = "s";
    study_.classifiers = {"nn", "lenet"};
    study_.training_sets = {{"A", {{"A", {}}}}, {"B", {{"B", {}}}}};
    study_.asked.epochs = 10;
    study_.asked.batch = 16;
    study_.asked.patience = 0;
    speeds_.classifiers = {{"nn", {100, 200, 50, 1}}, {"lenet", {1, 2, 0.5, 1}}};
  }
  void TearDown() override { reset_stop_request(); }

  study::Session plan() const {
    return {study_, data_, out(), folder_ / "cache", study::make_plan(study_, data_, folder_ / "cache")};
  }
  std::filesystem::path out() const { return folder_ / "out"; }
  Forecast forecast(const study::Session& session) {
    return make_forecast(session.plan, session.data, study::unfinished_runs(session), work_left(session), {}, speeds_,
                         calibration_);
  }
  // Trains a run of the plan; stops it after `epochs` when that is not 0.
  void run(const study::Session& session, std::size_t i, int epochs = 0) {
    const study::OutputFolder made(out(), study::study_record(session), study::test_lists(session));
    study::RunHooks hooks;
    hooks.on_progress = [&](const train::TrainProgress& progress) {
      if (epochs > 0 && progress.round > epochs) request_stop();
      if (epochs > 0 && progress.round == epochs && progress.images == progress.images_total) request_stop();
    };
    try {
      const study::PlannedRun& planned = session.plan.runs[i];
      study::execute_run(planned.spec, planned.method, data_, out(), hooks);
    } catch (const Stopped&) {
    }
    reset_stop_request();
  }

  ersatz::testing::ScratchFolder folder_;
  data::DataSet data_;
  study::Study study_;
  Speeds speeds_;
  Calibration calibration_{folder_ / "cache", {"processor", "program"}};
};

TEST_F(ForecastTest, ARunTakesItsImagesOverTheSpeeds) {
  const Forecast all = forecast(plan());
  // LeNet on A: 48 images to train on, 12 to watch, 10 epochs, 27 test images.
  const double images = 10 * (48 / 1.0 + 12 / 2.0) + 27 / 0.5;
  EXPECT_NEAR(all.runs[2].most, images, 1) << "and the little that a run takes besides";
  EXPECT_GT(all.runs[2].most, images);
  EXPECT_THAT(all.runs[2].expected, Optional(all.runs[2].most));
  EXPECT_LT(all.runs[3].most, all.runs[2].most) << "B has fewer images";
  EXPECT_LT(all.runs[0].most, all.runs[2].most) << "the NN is faster";
  EXPECT_EQ(all.features, 0);
}

// 1,600 steps of the 24 images of half of the 48 photographs (a batch is no larger) for each of two networks, and what
// these judge; the second run of the seed finds them.
TEST_F(ForecastTest, AVerifierIsTrainedByTheFirstRunThatAsksIt) {
  study_.classifiers = {"nn"};
  study_.real = {"A", 3};
  study::TrainingSet mix{"mix", {{"A", {}}, {"B", {}}}}, kept = mix, near = mix;
  kept.name = "kept";
  kept.use.keep = {{"B", {study::KeepBy::agreement, 0.5, true, {"lenet", "", ""}}}};
  near = kept;
  near.name = "near";
  near.use.keep.front().second.by = study::KeepBy::nearest;
  study_.training_sets = {mix, kept, near};
  speeds_.verifiers = {{"lenet", {100, 50, 25, 1}}};
  const study::Session planned = plan();
  const Forecast all = forecast(planned);
  const double judging = 2 * (48 + 24) / 25.0;
  const double training = 2 * 1600 * 24 / 100.0;
  const double own = all.runs[0].most - 10 * 12 / 100.0;  // of 12 images less
  const auto judged = [&](std::size_t i) { return all.runs[i].most - own; };
  EXPECT_NEAR(std::max(judged(1), judged(2)), training + judging, 1);
  EXPECT_NEAR(std::min(judged(1), judged(2)), judging, 1);
}

TEST_F(ForecastTest, TheTotalIsThatOfTheSchedule) {
  const Forecast one = forecast(plan());
  double sum = 0, longest = 0;
  for (const Duration& run : one.runs) {
    sum += run.most;
    longest = std::max(longest, run.most);
  }
  EXPECT_GT(one.total.most, sum);
  EXPECT_NEAR(one.total.most, sum, 2) << "start and figures";
  speeds_.workers = 4;
  const Forecast four = forecast(plan());
  EXPECT_DOUBLE_EQ(four.total.most - longest, one.total.most - sum);
}

TEST_F(ForecastTest, FinishedRunsCostNothing) {
  const study::Session planned = plan();
  const Forecast before = forecast(planned);
  run(planned, 0);
  const Forecast after = forecast(planned);
  EXPECT_EQ(after.runs[0].most, 0);
  EXPECT_NEAR(after.total.most, before.total.most - before.runs[0].most, 1e-9);
  for (std::size_t i = 1; i < planned.plan.runs.size(); ++i) run(planned, i);
  EXPECT_EQ(forecast(planned).total.most, 0);
  EXPECT_THAT(forecast(planned).total.expected, Optional(0));
}

TEST_F(ForecastTest, EpochsOfACheckpointAreNotTrainedAgain) {
  const study::Session planned = plan();
  const Forecast before = forecast(planned);
  run(planned, 3, 4);
  const std::vector<WorkLeft> left = work_left(planned);
  ASSERT_GE(left[3].rounds_done, 3);
  ASSERT_LT(left[3].rounds_done, 10);
  EXPECT_FALSE(left[3].trained);
  const double epoch = 24 / 1.0 + 6 / 2.0;
  EXPECT_NEAR(before.runs[3].most - forecast(planned).runs[3].most, left[3].rounds_done * epoch, 0.2);

  write_file(study::checkpoint_file(study::partial_folder(out(), planned.plan.runs[3].id)), "damaged");
  EXPECT_EQ(forecast(planned).runs[3].most, before.runs[3].most) << "the run itself will tell";
}

TEST_F(ForecastTest, ARunThatLacksATestCostsThatTest) {
  study_.test_on = {"A"};
  run(plan(), 2);
  study_.test_on = {"A", "B"};
  const Forecast further = forecast(plan());
  EXPECT_NEAR(further.runs[2].most, 12 / 0.5, 1) << "the test images of B";
  EXPECT_THAT(further.runs[2].expected, Optional(further.runs[2].most));
}

TEST_F(ForecastTest, EarlyStoppingLeavesABoundUntilOtherSeedsHaveShown) {
  study_.asked.patience = 2;
  const study::Session planned = plan();
  const Forecast unknown = forecast(planned);
  EXPECT_FALSE(unknown.runs[2].expected);
  EXPECT_FALSE(unknown.total.expected);
  for (const study::PlannedRun& planned_run : planned.plan.runs) {
    study::RunSpec other_seed = planned_run.spec;
    other_seed.seed = 77;
    calibration_.remember_epochs(other_seed, 4);
  }
  const Forecast learned = forecast(planned);
  EXPECT_EQ(learned.total.most, unknown.total.most);
  ASSERT_TRUE(learned.total.expected);
  EXPECT_LT(*learned.total.expected, 0.6 * learned.total.most);
  EXPECT_NEAR(*learned.runs[2].expected, 4 * 54 + 54, 1);

  study_.asked.epochs = 3;
  EXPECT_TRUE(forecast(plan()).total.expected) << "too few epochs to stop early";
}

TEST_F(ForecastTest, FeaturesAreComputedShardByShardOnAllCores) {
  study_.classifiers = {"vgg16:block1"};
  write_file(folder_ / "weights", "weights");
  study_.weights["vgg16"] = folder_ / "weights";
  const study::Session planned = plan();
  const std::vector<std::size_t> todo = study::unfinished_runs(planned);
  const auto missing = study::missing_features(planned, todo);
  ASSERT_EQ(missing.size(), 4U) << "a training and a test store of A and of B";
  speeds_.classifiers = {{"vgg16:block1", {1000, 1000, 1000, 1}}};
  speeds_.backbones = {{"vgg16:block1", {10, 1}}};
  speeds_.extraction_threads = 8;
  const Forecast all =
      make_forecast(planned.plan, planned.data, todo, work_left(planned), missing, speeds_, calibration_);
  EXPECT_DOUBLE_EQ(all.features, (60 + 30 + 15 + 12) / 10.0) << "one thread alone is busy with so few images";
  EXPECT_GT(all.total.most, all.features + all.runs[0].most);
}

// What speeds depend on is measured again when it changes, and nothing else is.
TEST_F(ForecastTest, SpeedsAreMeasuredOnceAndAgainWhenTheirConditionsChange) {
  study_.classifiers = {"nn"};
  std::vector<std::string> measured;
  const auto measure = [&](unsigned jobs, bool anew = false) {
    measured.clear();
    const study::Session planned = plan();
    const std::vector<std::size_t> todo = study::unfinished_runs(planned);
    const SpeedRequest request{planned, todo, {}, jobs};
    const bool known = known_speeds(request, calibration_).has_value();
    const Speeds speeds =
        measure_speeds(request, anew, calibration_, [&](const std::string& name) { measured.push_back(name); });
    EXPECT_EQ(known, anew || measured.empty());
    EXPECT_GT(speeds.classifiers.at("nn").training, 0);
    return measured.size();
  };
  EXPECT_EQ(measure(1), 1U);
  EXPECT_EQ(measure(1), 0U);
  EXPECT_EQ(measure(1, true), 1U) << "on request";
  study_.seeds = {1, 2, 3};
  study_.asked.epochs = 3;
  EXPECT_EQ(measure(1), 0U) << "seeds and epochs change no speed";
  study_.asked.batch = 8;
  EXPECT_EQ(measure(1), 1U);
  study_.asked.momentum = 0.9;
  EXPECT_EQ(measure(1), 1U);
  study_.asked.precision = study::PrecisionChoice::f32;
  const std::size_t in_f32 = measure(1);
  EXPECT_EQ(in_f32, nn::automatic_precision() == nn::Precision::f32 ? 0U : 1U);
}

TEST(Workers, AreAsManyAsAskedForButNotMoreThanRuns) {
  EXPECT_EQ(workers_for(3, 10), 3U);
  EXPECT_EQ(workers_for(3, 2), 2U);
  EXPECT_GE(workers_for(0, 1000), 1U);
  EXPECT_EQ(workers_for(0, 1), 1U);
}

}  // namespace
}  // namespace ersatz::forecast
