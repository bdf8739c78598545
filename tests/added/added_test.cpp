// "To add a classifier": what CONTRIBUTING.md shows is enough, for every room above src/models.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/npy.hpp"
#include "models/classifier.hpp"
#include "study/execute.hpp"
#include "study/output_folder.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(AddedClassifier, IsListedAndTitled) {
  EXPECT_THAT(models::classifier_names(), ::testing::Contains("blurry"));
  EXPECT_EQ(models::classifier_title("blurry"), "Blurry");
  EXPECT_FALSE(models::is_classifier("blurry:2"));
}

TEST(AddedClassifier, IsTrainedByItsOwnMethodAndTested) {
  const testing::ScratchFolder folder;
  testing::write_tiny_source(folder / "data", {"A", 20, 5, 0});
  study::Session session;
  session.data = testing::open_tiny(folder / "data", folder / "cache");
  session.study.file = "s.toml";
  session.study.name = "s";
  session.study.classifiers = {"blurry"};
  session.study.training_sets = {{"A", {{"A", {}}}}};
  session.study.asked.batch = 7;
  session.out = folder / "out";
  session.cache = folder / "cache";
  session.plan = study::make_plan(session.study, session.data, session.cache);
  EXPECT_THAT(session.plan.remarks, ElementsAre("Blurry brings its own way of training (blurry-1): batch of [training] "
                                                "does not count for it"));
  const study::OutputFolder out(session.out, study::study_record(session), study::test_lists(session));
  const study::PlannedRun& run = session.plan.runs.at(0);
  study::RunHooks hooks;
  hooks.cache = session.cache;
  const study::RunRecord record = study::execute_run(run.spec, run.method, session.data, session.out, hooks);
  EXPECT_EQ(record.epochs_run, 12);
  EXPECT_EQ(study::read_run_record(record.folder).spec.method_version, "blurry-1");
  EXPECT_EQ(study::read_run_record(record.folder).spec.settings.batch, 16);
  EXPECT_THAT(read_file(record.folder / "model_card.txt"), HasSubstr("Classifier: Blurry (blurry)"));

  // The classes of these images differ in colour: it learns that.
  const Matrix predictions = read_npy(record.folder / "predictions-A.npy");
  const auto images = study::read_test_images(session.out, "A", session.data.classes);
  std::size_t correct = 0;
  for (std::size_t i = 0; i < predictions.rows; ++i) {
    const auto row = predictions.row(i);
    correct += std::max_element(row.begin(), row.end()) - row.begin() == images[i].label ? 1 : 0;
  }
  EXPECT_GT(correct, predictions.rows * 2 / 3);
}

TEST(Contributing, ShowsThisVeryFile) {
  const std::filesystem::path root = ERSATZ_SOURCE_DIR;
  const std::string page = read_file(root / "CONTRIBUTING.md");
  EXPECT_THAT(page, HasSubstr("```cpp\n" + read_file(root / "tests/added/blurry.cpp") + "```"));
  EXPECT_THAT(page, HasSubstr("ERSATZ_CLASSIFIER(blurry)"));
}

}  // namespace
}  // namespace ersatz
