#include "metrics/neighbourhoods.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

using Member = Estimate Neighbourhoods::*;
const std::vector<std::pair<const char*, Member>> kMembers{
    {"precision", &Neighbourhoods::precision},
    {"recall", &Neighbourhoods::recall},
    {"density", &Neighbourhoods::density},
    {"coverage", &Neighbourhoods::coverage},
    {"clipped_density", &Neighbourhoods::clipped_density},
    {"clipped_coverage", &Neighbourhoods::clipped_coverage},
};

void expect_values(const Neighbourhoods& found, const Json& right) {
  for (const auto& [name, member] : kMembers) {
    EXPECT_NEAR((found.*member).value, right.at(name).get<double>(), 1e-12) << name << ", k = " << right.at("k");
  }
}

TEST(Neighbourhoods, AreTheDefinitionsWithCopiesAmongTheRows) {
  const Matrix real = fixture_rows("real"), generated = fixture_rows("generated");
  for (const Json& right : fixtures("neighbourhoods")) {
    const auto k = right.at("k").get<std::size_t>();
    expect_values(neighbourhoods(real, generated, {k}), right);
    expect_values(neighbourhoods(shuffled(real, 1), shuffled(generated, 2), {k}), right);
  }
  const Json& few = fixtures("neighbourhoods_of_few");
  expect_values(
      neighbourhoods(fixture_rows("few_real"), fixture_rows("few_generated"), {few.at("k").get<std::size_t>(), true}),
      few);
}

TEST(Neighbourhoods, OfCopiesAlone) {
  // Every image six times: all radii are 0, and every image lies in a ball.
  Matrix rows{60, 3, {}};
  Random random(1, "rows");
  const Matrix some = normals(random, 10, 3);
  for (std::size_t i = 0; i < 60; ++i) {
    const auto row = some.row(i % 10);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  const Neighbourhoods found = neighbourhoods(rows, shuffled(rows, 1));
  EXPECT_EQ(found.precision.value, 1);
  EXPECT_EQ(found.recall.value, 1);
  EXPECT_EQ(found.coverage.value, 1);
  EXPECT_NEAR(found.density.value, 6.0 / 5, 1e-12);
}

TEST(Neighbourhoods, OfOneDistributionAreWhatIsExpected) {
  // Each generated image is as likely as any real one to be among the k nearest of a real image: a density of 1.
  Random random(2, "rows");
  const Matrix real = normals(random, 1000, 200), generated = normals(random, 1000, 200);
  const Neighbourhoods found = neighbourhoods(real, generated);
  EXPECT_NEAR(found.density.value, 1, 4 * found.density.se);
  EXPECT_NEAR(found.coverage.value, expected_coverage(1000, 1000, 5), 4 * found.coverage.se);
  EXPECT_NEAR(found.precision.value, found.recall.value, 4 * (found.precision.se + found.recall.se));
  EXPECT_LT(found.precision.value, 0.95) << "balls do not fill many dimensions";
}

TEST(Neighbourhoods, ClippedOnesAreSharesOfGoodImages) {
  Random random(3, "rows");
  const Matrix real = normals(random, 2000, 4);
  Matrix generated = normals(random, 2000, 4);
  for (std::size_t i = 0; i < 600 * 4; ++i) generated.values[i] += 100;
  const Neighbourhoods found = neighbourhoods(real, generated);
  EXPECT_NEAR(found.clipped_density.value, 0.7, 4 * found.clipped_density.se);
  EXPECT_NEAR(found.clipped_coverage.value, 0.7, 4 * found.clipped_coverage.se);
  EXPECT_LT(found.clipped_density.se, 0.05);
  EXPECT_LT(found.clipped_coverage.se, 0.05);
}

TEST(Neighbourhoods, ErrorsAreThoseOfSamples) {
  std::vector<ErrorCheck> checks(kMembers.size());
  for (std::uint32_t k = 0; k < 200; ++k) {
    Random random(5, "samples", k);
    const Matrix real = normals(random, 200, 8), generated = normals(random, 200, 8, 0.3F);
    const Neighbourhoods found = neighbourhoods(real, generated, {5, false, 1});
    for (std::size_t m = 0; m < kMembers.size(); ++m) checks[m].add(found.*kMembers[m].second);
  }
  for (std::size_t m = 0; m < kMembers.size(); ++m) EXPECT_NEAR(checks[m].ratio(), 1, 0.25) << kMembers[m].first;
}

TEST(Neighbourhoods, DoNotDependOnThreads) {
  Random random(6, "samples");
  const Matrix real = normals(random, 900, 7), generated = normals(random, 900, 7, 0.2F);
  const Neighbourhoods one = neighbourhoods(real, generated, {5, false, 1});
  const Neighbourhoods three = neighbourhoods(real, generated, {5, false, 3});
  for (const auto& [name, member] : kMembers) {
    EXPECT_EQ((one.*member).value, (three.*member).value) << name;
    EXPECT_EQ((one.*member).se, (three.*member).se) << name;
  }
}

TEST(Neighbourhoods, ExpectedCoverageIsTheLemmas) {
  EXPECT_NEAR(expected_coverage(10000, 10000, 5), 0.968773, 5e-7);
  EXPECT_NEAR(expected_coverage(1000, 1000, 5), 0.968984, 5e-7);
  EXPECT_NEAR(expected_coverage(50000, 10000, 5), 0.598143, 5e-7);
  EXPECT_NEAR(expected_coverage(10000, 50000, 5), 0.999872, 5e-7);
  EXPECT_NEAR(expected_coverage(100, 100, 3), 0.878759, 5e-7);
  EXPECT_THROW(expected_coverage(5, 100, 5), Error);
  EXPECT_THROW(expected_coverage(5, 100, 0), Error);
}

TEST(Neighbourhoods, ExpectedClippedCoverageIsSciPys) {
  for (const Json& one : fixtures("expected_clipped_coverage")) {
    const double found = expected_clipped_coverage(one.at("real").get<std::size_t>(), one.at("good").get<std::size_t>(),
                                                   one.at("k").get<std::size_t>());
    EXPECT_NEAR(found, one.at("value").get<double>(), 1e-9);
  }
}

TEST(Neighbourhoods, RefuseWhatCannotBeCompared) {
  const Matrix rows = fixture_rows("real"), few = rows_of({{1, 2, 3, 4, 5}, {2, 3, 4, 5, 6}, {1, 1, 1, 1, 1}});
  EXPECT_THROW(neighbourhoods(rows, few), Error) << "sizes differ";
  EXPECT_NO_THROW(neighbourhoods(rows, few, {2, true}));
  EXPECT_TRUE(std::isnan(neighbourhoods(rows, few, {2, true}).precision.se)) << "no balls in halves of 1 and 2 rows";
  EXPECT_THROW(neighbourhoods(rows, few, {3, true}), Error) << "k is not below the number of rows";
  EXPECT_THROW(neighbourhoods(rows, rows, {60}), Error);
  EXPECT_THROW(neighbourhoods(rows, rows, {0}), Error);
  EXPECT_THROW(neighbourhoods(Matrix{0, 5, {}}, Matrix{0, 5, {}}), Error);
  EXPECT_THROW(neighbourhoods(rows, with_nan(rows)), Error);
}

}  // namespace
}  // namespace ersatz::metrics
