#include "analysis/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> cell_names(const ResultTable& table) {
  std::vector<std::string> names;
  for (const Cell& cell : table.cells) names.push_back(cell.classifier + " " + cell.train_on + " " + cell.test_on);
  return names;
}

TEST(Results, HaveOneCellPerClassifierTrainingSetAndTestSetInPlanOrder) {
  FakeStudy study;
  study.write();
  EXPECT_THAT(cell_names(read_results(study.folder())),
              ElementsAre("nn REAL REAL", "nn REAL FAKE", "nn FAKE REAL", "nn FAKE FAKE", "lenet REAL REAL",
                          "lenet REAL FAKE", "lenet FAKE REAL", "lenet FAKE FAKE"));
}

TEST(Results, OfOneSeedAreThatRunsNumbersWithWilsonsInterval) {
  FakeStudy study;
  study.right["lenet FAKE REAL"] = 0.43;
  study.write();
  const ResultTable table = read_results(study.folder());
  const Cell& cell = table.cells.at(6);
  const TestResult& result = table.results.at(cell.results.at(0));
  EXPECT_EQ(cell.title, "LeNet");
  EXPECT_EQ(cell.seeds(), 1U);
  EXPECT_EQ(cell.test_images, study.test_images);
  EXPECT_NEAR(cell.accuracy.mean, 0.43, 0.12);
  EXPECT_EQ(cell.accuracy.mean, result.scores.accuracy);
  const auto expected = stats::wilson_interval(result.confusion.correct(), study.test_images);
  EXPECT_EQ(cell.accuracy_interval.low, expected.low);
  EXPECT_EQ(cell.accuracy_interval.high, expected.high);
}

// A metric of probabilities needs nothing but this: they are read again when it is computed.
TEST(Results, KeepTheirProbabilitiesWithinReach) {
  FakeStudy study;
  study.write();
  const ResultTable table = read_results(study.folder());
  for (const TestResult& result : table.results) {
    const Matrix probabilities = result.predictions.probabilities();
    const auto& truth = table.truth.at(result.test_on);
    ASSERT_EQ(probabilities.rows, truth.size());
    double sum = 0;  // log loss
    for (std::size_t i = 0; i < truth.size(); ++i) {
      sum -= std::log(static_cast<double>(probabilities.row(i)[static_cast<std::size_t>(truth[i])]));
    }
    const double right = result.scores.accuracy;  // these have .9 in the true class, the others their share of .1
    const double other = 0.1 / static_cast<double>(probabilities.columns - 1);
    EXPECT_NEAR(sum / static_cast<double>(truth.size()), -right * std::log(0.9) - (1 - right) * std::log(other), 1e-6);
  }
  std::filesystem::remove(table.results[0].predictions.file());
  EXPECT_THROW(table.results[0].predictions.probabilities(), Error);
}

TEST(Results, OverSeedsAreMeansOfRuns) {
  FakeStudy study;
  study.seeds = {1, 2, 5};
  study.write();
  const ResultTable table = read_results(study.folder());
  ASSERT_EQ(table.results.size(), 24U);
  for (const Cell& cell : table.cells) {
    ASSERT_EQ(cell.seeds(), 3U);
    double accuracy = 0, first_f1 = 0, epochs = 0;
    std::vector<std::uint64_t> seeds;
    for (const std::size_t i : cell.results) {
      const TestResult& result = table.results[i];
      EXPECT_EQ(result.classifier + result.train_on + result.test_on, cell.classifier + cell.train_on + cell.test_on);
      seeds.push_back(result.seed);
      accuracy += result.scores.accuracy / 3;
      first_f1 += result.scores.classes[0].f1 / 3;
      epochs += result.epochs / 3.0;
    }
    EXPECT_THAT(seeds, ElementsAre(1, 2, 5));
    EXPECT_NEAR(cell.accuracy.mean, accuracy, 1e-12);
    EXPECT_NEAR(cell.class_f1[0].mean, first_f1, 1e-12);
    EXPECT_NEAR(cell.epochs.mean, epochs, 1e-12);
    EXPECT_GE(cell.accuracy_interval.low, 0);
    EXPECT_LE(cell.accuracy_interval.high, 1);
    EXPECT_LT(cell.accuracy_interval.low, cell.accuracy.mean);
    for (std::size_t c = 0; c < 10; ++c) {
      double row = 0;
      for (std::size_t p = 0; p < 10; ++p) row += cell.confusion[c * 10 + p];
      EXPECT_NEAR(row, 1, 1e-12);
    }
  }
}

TEST(Results, NameRunsThatAreMissingAndGoOnWithTheRest) {
  FakeStudy study;
  study.write();
  std::filesystem::remove_all(study.run_folder(1));
  const ResultTable table = read_results(study.folder());
  EXPECT_THAT(table.missing, ElementsAre(study.run_folder(1).filename().string()));
  EXPECT_EQ(table.runs.size(), 3U);
  EXPECT_EQ(table.cells.size(), 6U);
}

TEST(Results, PassTheStudysNotesOn) {
  FakeStudy study;
  study.notes = {"VGG16: not run: no weights"};
  study.write();
  EXPECT_THAT(read_results(study.folder()).notes, ElementsAre("VGG16: not run: no weights"));
}

TEST(Results, AreThoseOfTheTestSetsThatTheStudyAsksForNow) {
  FakeStudy study;
  study.classifiers = {"nn"};
  study.test_on = {"FAKE"};  // the runs were tested on REAL too, earlier
  study.write();
  EXPECT_THAT(cell_names(read_results(study.folder())), ElementsAre("nn REAL FAKE", "nn FAKE FAKE"));
}

TEST(Results, SayWhichRunIsNotTestedOnASourceYet) {
  FakeStudy study;
  study.classifiers = {"nn"};
  study.test_on = {"REAL", "FAKE", "NEW"};
  study.write();
  const ResultTable table = read_results(study.folder());
  EXPECT_EQ(table.cells.size(), 4U);
  ASSERT_EQ(table.notes.size(), 2U);
  EXPECT_THAT(table.notes[0], HasSubstr("is not tested on NEW yet"));
}

TEST(Results, SayWhenARunDiverged) {
  FakeStudy study;
  study.write();
  Matrix matrix{study.test_images, 10, std::vector<float>(study.test_images * 10, 0.1F)};
  for (std::size_t i = 0; i < 30; ++i) matrix.values[i] = std::numeric_limits<float>::quiet_NaN();
  write_npy(study.run_folder(0) / "predictions-REAL.npy", matrix);
  const ResultTable table = read_results(study.folder());
  ASSERT_EQ(table.notes.size(), 1U);
  EXPECT_THAT(table.notes[0], HasSubstr("diverged: 3 of 200 predictions on REAL"));
}

TEST(Results, LeaveOutARunWhosePredictionsDoNotFitTheTestSet) {
  FakeStudy study;
  study.write();
  const ResultTable whole = read_results(study.folder());
  write_npy(study.run_folder(1) / "predictions-REAL.npy", Matrix{3, 10, std::vector<float>(30)});
  const ResultTable table = read_results(study.folder());
  ASSERT_EQ(table.damaged.size(), 1U);
  EXPECT_EQ(table.damaged[0].id, whole.runs[1].id());
  EXPECT_THAT(table.damaged[0].reason, HasSubstr("predictions-REAL.npy has 3 rows"));
  EXPECT_THAT(table.notes, ElementsAre(AllOf(HasSubstr(whole.runs[1].id() + " is damaged and left out: "),
                                             HasSubstr("predictions-REAL.npy has 3 rows"))));
  EXPECT_TRUE(table.missing.empty());
  EXPECT_EQ(table.runs.size(), whole.runs.size() - 1);
  EXPECT_EQ(table.results.size(), whole.results.size() - 2) << "on FAKE, too";
  EXPECT_EQ(table.cells.size(), whole.cells.size() - 2);
}

TEST(Results, OfDamagedRunsOnlyAreOneError) {
  FakeStudy study;
  study.write();
  for (std::size_t i = 0; i < 4; ++i) write_file(study.run_folder(i) / "run.json", "{");
  try {
    read_results(study.folder());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("all finished runs in"), HasSubstr("run.json")));
    EXPECT_THAT(error.hint(), HasSubstr("ersatz run"));
  }
}

TEST(Results, OfATestSetWhoseListCannotBeReadAreAnError) {
  FakeStudy study;
  study.write();
  std::filesystem::remove(study.folder() / "data/REAL-test.csv");
  EXPECT_THROW(read_results(study.folder()), Error) << "that is no run's fault";
}

TEST(Results, OfAFolderThatIsNoOutputFolderAreAnError) {
  EXPECT_THROW(read_results(std::filesystem::temp_directory_path() / "ersatz-no-such-folder"), Error);
}

TEST(ClassifierTitle, OfAnUnknownNameIsTheName) {
  EXPECT_EQ(classifier_title("lenet"), "LeNet");
  EXPECT_EQ(classifier_title("convnet:0.25"), "ConvNet (width 0.25)");
  EXPECT_EQ(classifier_title("vgg16:block3"), "VGG16, first three blocks");
  EXPECT_EQ(classifier_title("from-the-future"), "from-the-future");
}

}  // namespace
}  // namespace ersatz::analysis
