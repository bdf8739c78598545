#include "metrics/authenticity.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

TEST(Authenticity, ByHand) {
  // Training images at 0, 1 and 5. Beside 0 and 5 there is room for copies up to 1 and 4 away.
  const Matrix training = rows_of({{0}, {1}, {5}});
  const Estimate found = authenticity(training, rows_of({{-0.5}, {-1}, {-1.5}, {8}, {10}}));
  EXPECT_EQ(found.value, 0.4) << "those at -1.5 and 10";
  EXPECT_NEAR(found.se, std::sqrt(0.4 * 0.6 / 5), 1e-12);
}

TEST(Authenticity, IsTheDefinitionWithCopiesAmongTheRows) {
  const Matrix training = fixture_rows("real"), generated = fixture_rows("generated");
  EXPECT_NEAR(authenticity(training, generated).value, fixtures("authenticity").get<double>(), 1e-12);
  EXPECT_NEAR(authenticity(shuffled(training, 1), shuffled(generated, 2), 3).value,
              fixtures("authenticity").get<double>(), 1e-12);
}

TEST(Memorisation, IsTheDefinitionWithCopiesAmongTheRows) {
  const Json& right = fixtures("memorisation");
  const Memorisation found = memorisation(fixture_rows("real"), fixture_rows("held_out"), fixture_rows("generated"), 8);
  EXPECT_NEAR(found.nearer_to_training.value, right.at("share").get<double>(), 1e-12);
  EXPECT_NEAR(found.nearer_to_training.se, right.at("se").get<double>(), 1e-12);
  EXPECT_EQ(found.equally_near, right.at("equally_near").get<std::size_t>());
  EXPECT_EQ(found.exact_copies, right.at("exact_copies").get<std::size_t>());
  std::vector<std::uint32_t> generated, training;
  for (const NearCopy& copy : found.nearest) {
    generated.push_back(copy.generated);
    training.push_back(copy.training);
  }
  EXPECT_EQ(generated, right.at("generated").get<std::vector<std::uint32_t>>());
  EXPECT_EQ(training, right.at("training").get<std::vector<std::uint32_t>>());
}

TEST(Memorisation, OfIndependentImagesIsAHalfAndOfCopiesIsFound) {
  Random random(1, "rows");
  const Matrix training = normals(random, 500, 5), held_out = normals(random, 500, 5);
  Matrix generated = normals(random, 500, 5);
  const Memorisation honest = memorisation(training, held_out, generated);
  EXPECT_LT(honest.interval.low, 0.5);
  EXPECT_GT(honest.interval.high, 0.5);
  EXPECT_EQ(honest.exact_copies, 0U);
  EXPECT_EQ(honest.nearest.size(), 20U);
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t c = 0; c < 5; ++c) generated.values[i * 5 + c] = training.row(499 - i)[c] + (i > 2 ? 0.01F : 0.0F);
  }
  const Memorisation copied = memorisation(training, held_out, generated, 3);
  EXPECT_GT(copied.interval.low, 0.6);
  EXPECT_EQ(copied.exact_copies, 3U);
  EXPECT_EQ(copied.nearest[1].generated, 1U);
  EXPECT_EQ(copied.nearest[1].training, 498U);
  EXPECT_EQ(copied.nearest[1].to_training, 0);
  EXPECT_GT(copied.nearest[1].to_held_out, 0);
}

// A tenth of the photographs lies where most of the generated images are: of 400 of these some few photographs are the
// nearest. Which of them were trained on is chance, and the interval has to know.
TEST(Memorisation, FewPhotographsThatAreNearToMostImagesAreNoCopies) {
  int covered = 0, covered_as_share = 0;
  constexpr int kTimes = 200;
  for (std::uint32_t k = 0; k < kTimes; ++k) {
    Random random(5, "hubs", k);
    const auto photographs = [&] {
      Matrix rows = normals(random, 60, 2);
      for (std::size_t i = 6; i < rows.rows; ++i) rows.values[i * 2] += 30;
      return rows;
    };
    const Matrix training = photographs(), held_out = photographs();
    const Memorisation found = memorisation(training, held_out, normals(random, 400, 2), 1, 1);
    covered += found.interval.low <= 0.5 && found.interval.high >= 0.5 ? 1 : 0;
    const double share = found.nearer_to_training.value;
    covered_as_share += std::abs(share - 0.5) <= 1.96 * std::sqrt(share * (1 - share) / 400) ? 1 : 0;
  }
  EXPECT_GE(covered, 0.90 * kTimes);
  EXPECT_LE(covered_as_share, 0.75 * kTimes) << "what a share of independent images would claim";
}

TEST(Memorisation, HasNoShareWhereAllAreAsNearToBoth) {
  const Matrix rows = fixture_rows("real");
  const Memorisation found = memorisation(rows, rows, fixture_rows("generated"));
  EXPECT_TRUE(std::isnan(found.nearer_to_training.value));
  EXPECT_EQ(found.equally_near, 60U);
  EXPECT_EQ(found.interval.low, 0);
  EXPECT_EQ(found.interval.high, 1);
}

TEST(Authenticity, ErrorsAreThoseOfSamples) {
  Random training_random(2, "training");
  const Matrix training = normals(training_random, 200, 3);
  ErrorCheck check;
  for (std::uint32_t k = 0; k < 200; ++k) {
    Random random(2, "samples", k);
    check.add(authenticity(training, normals(random, 100, 3), 1));
  }
  EXPECT_NEAR(check.ratio(), 1, 0.25);
}

TEST(Authenticity, RefusesWhatCannotBeCompared) {
  const Matrix rows = fixture_rows("real"), few = rows_of({{1, 2, 3, 4, 5}});
  EXPECT_THROW(authenticity(few, rows), Error);
  EXPECT_THROW(authenticity(rows, Matrix{0, 5, {}}), Error);
  EXPECT_THROW(authenticity(rows, with_nan(rows)), Error);
  EXPECT_THROW(memorisation(rows, few, rows), Error) << "sizes differ";
  EXPECT_THROW(memorisation(rows, rows, with_nan(rows)), Error);
  EXPECT_THROW(memorisation(rows, rows, rows_of({{1, 2}})), Error);
}

}  // namespace
}  // namespace ersatz::metrics
