#include "analysis/coverage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stats/influence.hpp"

namespace ersatz::analysis {
namespace {

// 600 studies hold the truth in .9275 of all cases or more with a probability of .993 where an interval is right, and
// of .012 where it covers .90. Of intervals that hold together more is allowed, of a few seeds' worth and k as well.
TEST(Coverage, OfEveryIntervalIsAboutWhatItSays) {
  for (const Coverage& of : coverage(simulated_mixtures(1000, 5, 0.01), 600)) {
    if (of.kind == "(Student's t over seeds)") continue;
    EXPECT_GE(of.share(), .9275) << of.kind;
    EXPECT_LE(of.share(), .985) << of.kind;
  }
}

// What earlier versions printed: where images differ much, an interval over seeds alone misses the truth.
TEST(Coverage, OfStudentsTOverSeedsIsNot) {
  SimulatedStudy study = simulated_mixtures(1000, 5, 0.002);
  study.image_sd = 0.85;
  const auto found = coverage(study, 600);
  const auto of = [&](const char* kind) { return std::ranges::find(found, kind, &Coverage::kind)->share(); };
  EXPECT_LT(of("(Student's t over seeds)"), .8);
  EXPECT_GE(of("accuracy"), .9275);
}

// Resamples of seeds and images, drawn independently of the linearisation that the interval rests on. The bootstrap's
// variance of a crossed design counts chance three times (A. B. Owen, Annals of Applied Statistics 1, 2007, theorem 3):
// what it comes to in mean squares is compared.
TEST(Coverage, OfMacroF1HasTheSpreadThatTheBootstrapHas) {
  SimulatedStudy study = simulated_mixtures(800, 10, 0.02);
  study.sets.resize(1);
  FakeTable fake = study.draw(7);
  const ResultTable& table = fake.table();
  const Cell& cell = table.cells.at(0);
  const auto& truth = table.truth.at("REAL");
  std::vector<double> replicates;
  Random random(5, "resamples");
  const auto draw = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  for (int r = 0; r < 1500; ++r) {
    std::vector<std::size_t> drawn(truth.size());
    for (std::size_t& image : drawn) image = draw(truth.size());
    double sum = 0;
    for (std::size_t s = 0; s < study.seeds; ++s) {
      const TestResult& run = table.results[cell.results[draw(study.seeds)]];
      std::vector<std::int32_t> is, called;
      for (const std::size_t image : drawn) {
        is.push_back(truth[image]);
        called.push_back(run.predicted[image]);
      }
      sum += stats::classification_scores(stats::confusion_matrix(is, called, study.classes)).macro.f1;
    }
    replicates.push_back(sum / static_cast<double>(study.seeds));
  }
  const double n = static_cast<double>(study.seeds);
  const stats::CrossedEstimate estimate =
      crossed_estimate(table, cell, [&](const TestResult& run, std::span<double> out) {
        stats::macro_values(stats::Rate::f1, run.confusion, truth, run.predicted, out);
      });
  // Seeds drawn again show (n - 1) / n of their variance.
  const double of_all = n * static_cast<double>(study.images);
  const double expected = ((n - 1) / n * (estimate.of_seeds + estimate.residual) + estimate.of_images) / of_all;
  EXPECT_NEAR(stats::summarise(replicates).sd, std::sqrt(expected), .08 * std::sqrt(expected));
  EXPECT_NEAR(estimate.mean, cell.macro_f1.mean, 1e-12);
}

}  // namespace
}  // namespace ersatz::analysis
