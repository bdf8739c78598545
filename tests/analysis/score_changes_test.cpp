#include "analysis/score_changes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "analysis/fake_table.hpp"
#include "base/npy.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::analysis {
namespace {

// 100 REAL images alone, and with 500 FAKE ones: how often right, and how sure of it whether right or wrong.
class Trades : public ::testing::Test {
 protected:
  void run(double alone, double with, std::uint64_t seeds = 5) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      fake_.add_mixture(100, 0, seed, alone);
      fake_.add_mixture(100, 500, seed, with);
    }
    table_ = fake_.table();
  }

  void sure(double alone, double with) {
    for (std::size_t r = 0; r < table_.results.size(); ++r) {
      TestResult& result = table_.results[r];
      const auto p = static_cast<float>(r % 2 == 0 ? alone : with);
      Matrix matrix{result.predicted.size(), 2, {}};
      for (const std::int32_t called : result.predicted) {
        matrix.values.push_back(called == 0 ? p : 1 - p);
        matrix.values.push_back(called == 0 ? 1 - p : p);
      }
      const auto file = folder_.path() / fmt::format("{}.npy", r);
      write_npy(file, matrix);
      result.predictions = Predictions(file);
    }
  }

  testing::ScratchFolder folder_;
  FakeTable fake_{2000};
  ResultTable table_;
};

double log_loss(double right, double p) { return -right * std::log(p) - (1 - right) * std::log(1 - p); }

TEST_F(Trades, AGainInAccuracyMayBeALossInEverythingElse) {
  run(0.6, 0.7);
  sure(0.65, 0.97);
  const auto found = trades(table_, "REAL");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].gained());
  EXPECT_EQ(found[0].own, 100U);
  EXPECT_EQ(found[0].seeds, 5U);
  EXPECT_NEAR(found[0].accuracy, 0.1, 0.02);
  ASSERT_EQ(found[0].scores.size(), 3U);
  const ScoreChange& loss = found[0].scores[0];
  EXPECT_EQ(loss.score, Score::log_loss);
  EXPECT_NEAR(loss.before, log_loss(0.6, 0.65), 0.02);
  EXPECT_NEAR(loss.after, log_loss(0.7, 0.97), 0.06);
  EXPECT_LT(loss.interval.low, loss.after - loss.before);
  EXPECT_GT(loss.interval.low, 0);
  const ScoreChange& brier = found[0].scores[1];
  EXPECT_NEAR(brier.before, 2 * (0.6 * 0.35 * 0.35 + 0.4 * 0.65 * 0.65), 0.02);
  EXPECT_NEAR(brier.after, 2 * (0.7 * 0.03 * 0.03 + 0.3 * 0.97 * 0.97), 0.03);
  const ScoreChange& calibration = found[0].scores[2];
  EXPECT_EQ(calibration.score, Score::calibration_error);
  EXPECT_NEAR(calibration.before, 0.05, 0.02);
  EXPECT_NEAR(calibration.after, 0.27, 0.02);
}

TEST_F(Trades, ScoresThatGoWithTheAccuracyAreNone) {
  run(0.6, 0.7);
  sure(0.6, 0.7);
  EXPECT_TRUE(trades(table_, "REAL").empty());
}

TEST_F(Trades, ALossInAccuracyMayBeAGainInTheRest) {
  run(0.7, 0.6);
  sure(0.97, 0.6);
  const auto found = trades(table_, "REAL");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].lost());
  ASSERT_EQ(found[0].scores.size(), 3U);
  for (const ScoreChange& change : found[0].scores) EXPECT_LT(change.interval.high, 0);
}

TEST_F(Trades, WithoutADifferenceInAccuracyOnlyLossesAreSaid) {
  run(0.65, 0.65);
  sure(0.65, 0.97);
  ASSERT_EQ(trades(table_, "REAL").size(), 1U);
  EXPECT_FALSE(trades(table_, "REAL")[0].gained() || trades(table_, "REAL")[0].lost());
  sure(0.97, 0.65);
  EXPECT_TRUE(trades(table_, "REAL").empty());
}

TEST_F(Trades, OfOneSeedTheCalibrationErrorIsUnknown) {
  run(0.6, 0.7, 1);
  sure(0.65, 0.97);
  const auto found = trades(table_, "REAL");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].scores.size(), 2U) << "log loss and Brier score, of these test images";
}

TEST_F(Trades, NeedProbabilities) {
  run(0.6, 0.7);
  EXPECT_TRUE(trades(table_, "REAL").empty()) << "a pack has classes alone";
  sure(0.65, 0.97);
  table_.results[3].not_numbers = 1;
  EXPECT_TRUE(trades(table_, "REAL").empty()) << "a run diverged";
  table_.results[3].not_numbers = 0;
  std::filesystem::remove(table_.results[0].predictions.file());
  EXPECT_TRUE(trades(table_, "REAL").empty());
}

}  // namespace
}  // namespace ersatz::analysis
