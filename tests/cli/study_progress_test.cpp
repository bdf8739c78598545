#include "cli/study_progress.hpp"

#include <gtest/gtest.h>

#include <clocale>

#include "base/columns.hpp"
#include "cli/run_lines.hpp"

namespace ersatz::cli {
namespace {

using Kind = study::WorkerUpdate::Kind;

// Two runs of 1,000 and one of 500 training images over ten epochs, no validation; the last one's classifier
// works ten times as long at an image.
study::Plan example_plan() {
  study::Plan plan;
  for (const auto& [classifier, images, work] : {std::tuple{"nn", 1000, 1.0}, {"nn", 1000, 1.0}, {"big", 500, 10.0}}) {
    study::PlannedRun run;
    run.spec.classifier = classifier;
    run.method.budget = models::EpochBudget{10, 2};
    run.id = classifier;
    run.training_images = static_cast<std::size_t>(images);
    run.cost = work * images * 10;
    plan.runs.push_back(run);
  }
  return plan;
}

study::WorkerUpdate progress(int epoch, std::size_t images, std::size_t total, double speed) {
  study::WorkerUpdate update;
  update.progress = {epoch, 10, images, total, 1, 0.5, 0.5, speed};
  return update;
}

study::WorkerUpdate event(Kind kind) {
  study::WorkerUpdate update;
  update.kind = kind;
  return update;
}

TEST(StudyProgress, KnowsNothingBeforeTheFirstReport) {
  const study::Plan plan = example_plan();
  StudyProgress study(plan, {0, 1, 2}, 2);
  study.start(0);
  EXPECT_FALSE(study.seconds_left().has_value());
  EXPECT_EQ(study.count(StudyProgress::State::waiting), 2U);
}

TEST(StudyProgress, TimeLeftIsImagesLeftOverSpeed) {
  const study::Plan plan = example_plan();
  StudyProgress study(plan, {0}, 1);
  study.start(0);
  study.update(0, progress(3, 500, 1000, 100));
  EXPECT_DOUBLE_EQ(*study.seconds_left(0), 75) << "7.5 of 10 epochs of 1,000 images at 100 a second";
  EXPECT_DOUBLE_EQ(*study.seconds_left(), 75);
}

TEST(StudyProgress, WaitingRunsAreGuessedFromOthers) {
  const study::Plan plan = example_plan();
  StudyProgress study(plan, {0, 1, 2}, 2);
  study.start(0);
  study.update(0, progress(1, 0, 1000, 100));
  EXPECT_DOUBLE_EQ(*study.seconds_left(1), 100) << "the same classifier: the same speed";
  EXPECT_DOUBLE_EQ(*study.seconds_left(2), 500) << "ten times the work an image";
  // Two workers: 100 and 100 s, then 500 s on the one that is free first.
  EXPECT_DOUBLE_EQ(*study.seconds_left(), 600);
}

TEST(StudyProgress, CountsWhatHappened) {
  const study::Plan plan = example_plan();
  StudyProgress study(plan, {0, 2}, 2);
  EXPECT_EQ(study.count(StudyProgress::State::done), 1U) << "what need not be trained is done";
  study.start(0);
  study.start(2);
  study.update(0, event(Kind::done));
  study.update(2, event(Kind::failed));
  EXPECT_EQ(study.count(StudyProgress::State::done), 2U);
  EXPECT_EQ(study.count(StudyProgress::State::failed), 1U);
  EXPECT_TRUE(study.running().empty());
  EXPECT_DOUBLE_EQ(*study.seconds_left(), 0);
}

TEST(StudyProgress, ShareDoneGoesByWork) {
  const study::Plan plan = example_plan();
  StudyProgress study(plan, {0, 2}, 2);
  EXPECT_DOUBLE_EQ(study.share_done(), 0);
  study.start(0);
  study.update(0, progress(6, 0, 1000, 100));
  EXPECT_DOUBLE_EQ(study.share_done(), .5 * 1000 / 6000) << "half of a run that is a sixth of the work";
  study.start(2);
  study.update(2, event(Kind::failed));
  EXPECT_DOUBLE_EQ(study.share_done(), 5500.0 / 6000);
}

TEST(RunLines, LeaveOutWhatMattersLeastWhereThereIsNoRoom) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // as the program does
  study::Plan plan = example_plan();
  plan.runs[0].id = "lenet-ÄÖÜ-数字数字-s1-3f2a91c0";
  StudyProgress study(plan, {0, 1, 2}, 2);
  study.start(0);
  study.update(0, progress(3, 500, 1000, 1234));
  const auto at = [&](std::size_t width) { return run_lines(plan, study, {0}, width).at(0); };
  EXPECT_EQ(at(kAnyWidth),
            "  lenet-ÄÖÜ-数字数字-s1-3f2a91c0  epoch  3/10  loss 1.000  val acc .500  1,234 img/s  up to 6.1 s left");
  EXPECT_EQ(at(95), "  lenet-ÄÖÜ-数字数字-s1-3f2a91c0  epoch  3/10  loss 1.000  val acc .500  up to 6.1 s left");
  EXPECT_EQ(at(80), "  lenet-ÄÖÜ-数字数字-s1-3f2a91c0  epoch  3/10  val acc .500  up to 6.1 s left");
  EXPECT_EQ(at(65), "  lenet-ÄÖÜ…3f2a91c0  epoch  3/10  val acc .500  up to 6.1 s left");
  EXPECT_EQ(at(40), "  lenet-ÄÖÜ-数…-s1-3f2a91c0  epoch  3/10");
  for (std::size_t width = 1; width < 110; ++width) {
    EXPECT_LE(columns(at(width)), width);
    EXPECT_LE(columns(total_line(plan, study, {2, {"node1", "node2"}}, width)), width);
  }
}

TEST(FormatShare, IsShortAndHonest) {
  EXPECT_EQ(format_share(0.6126), ".613");
  EXPECT_EQ(format_share(1), "1.000");
  EXPECT_EQ(format_share(0), ".000");
  EXPECT_EQ(format_share(std::nan("")), "-");
}

}  // namespace
}  // namespace ersatz::cli
