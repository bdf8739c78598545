#include "metrics/kernel_distance.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

void expect_near(const Estimate& estimate, const Json& right) {
  const auto value = right.at("value").get<double>(), se = right.at("se").get<double>();
  EXPECT_NEAR(estimate.value, value, 1e-9 * std::max(1.0, std::abs(value)));
  EXPECT_NEAR(estimate.se, se, 1e-9 * std::max(1.0, se));
}

TEST(KernelDistance, KidByHand) {
  EXPECT_NEAR(kernel_inception_distance(rows_of({{0}, {1}}), rows_of({{1}, {2}})).value, 9.5, 1e-12);
  EXPECT_NEAR(kernel_inception_distance(rows_of({{1, 0}, {0, 1}}), rows_of({{1, 1}, {0, 0}})).value, -2.375, 1e-12);
}

TEST(KernelDistance, GaussianByHand) {
  EXPECT_NEAR(gaussian_distance(rows_of({{0}, {1}}), rows_of({{2}, {3}})).value, 39.3088254, 5e-8);
  EXPECT_NEAR(gaussian_distance(rows_of({{0}, {10}}), rows_of({{20}, {30}})).value, 1162.3755484, 5e-8);
}

TEST(KernelDistance, IsScikitLearns) {
  const Matrix real = fixture_rows("real"), generated = fixture_rows("generated");
  const Matrix few_real = fixture_rows("few_real"), few_generated = fixture_rows("few_generated");
  expect_near(kernel_inception_distance(real, generated), fixtures("kid"));
  expect_near(kernel_inception_distance(few_real, few_generated), fixtures("kid_of_few"));
  for (const Json& one : fixtures("cmmd")) {
    expect_near(gaussian_distance(real, generated, one.at("sigma").get<double>()), one);
  }
  expect_near(gaussian_distance(few_real, few_generated), fixtures("cmmd_of_few"));
  EXPECT_NEAR(median_distance(real, generated), fixtures("median_distance").get<double>(), 1e-12);
}

TEST(KernelDistance, IsNothingForASetWithItself) {
  const Matrix rows = fixture_rows("real");
  EXPECT_NEAR(gaussian_distance(rows, shuffled(rows, 1)).value, 0, 1e-9);
  EXPECT_LT(kernel_inception_distance(rows, shuffled(rows, 1)).value, 0) << "copies count in one of the means alone";
}

TEST(KernelDistance, GaussianIsThatOfTheDistributions) {
  // N(0, I) and N(D, I) with d = 10, |D|^2 = 10: 2000 (100 / 102)^(d/2) (1 - exp(-|D|^2 / 204)).
  Random random(1, "rows");
  const Matrix real = normals(random, 3000, 10), generated = normals(random, 3000, 10, 1);
  const Estimate found = gaussian_distance(real, generated);
  EXPECT_NEAR(found.value, 86.655868, 4 * found.se);
  EXPECT_LT(found.se, 2.5);
}

TEST(KernelDistance, SubsetsOfAllAreTheWhole) {
  const Matrix real = fixture_rows("real"), generated = fixture_rows("generated");
  const SubsetDistances all = kernel_inception_distance_of_subsets(real, generated, 4, 1000);
  EXPECT_EQ(all.size, 60U);
  EXPECT_NEAR(all.mean, fixtures("kid").at("value").get<double>(), 1e-9);
  EXPECT_NEAR(all.deviation, 0, 1e-9);
  const SubsetDistances some = kernel_inception_distance_of_subsets(real, generated, 100, 30);
  EXPECT_NEAR(some.mean, all.mean, 5 * some.deviation / 10);
  EXPECT_GT(some.deviation, 0.1);
}

TEST(KernelDistance, ErrorsAreThoseOfSamples) {
  ErrorCheck cubic, gaussian;
  for (std::uint32_t k = 0; k < 200; ++k) {
    Random random(2, "samples", k);
    const Matrix real = normals(random, 80, 4), generated = normals(random, 60, 4, 0.5F);
    cubic.add(kernel_inception_distance(real, generated, 1));
    gaussian.add(gaussian_distance(real, generated, 2, 1));
  }
  EXPECT_NEAR(cubic.ratio(), 1, 0.25);
  EXPECT_NEAR(gaussian.ratio(), 1, 0.25);
}

TEST(KernelDistance, DoesNotDependOnThreads) {
  Random random(3, "samples");
  const Matrix real = normals(random, 900, 9), generated = normals(random, 800, 9, 0.1F);
  const Estimate one = kernel_inception_distance(real, generated, 1),
                 three = kernel_inception_distance(real, generated, 3);
  EXPECT_EQ(one.value, three.value);
  EXPECT_EQ(one.se, three.se);
  EXPECT_EQ(gaussian_distance(real, generated, 3, 1).se, gaussian_distance(real, generated, 3, 3).se);
  EXPECT_EQ(kernel_inception_distance_of_subsets(real, generated, 5, 50, 1).mean,
            kernel_inception_distance_of_subsets(real, generated, 5, 50, 3).mean);
}

TEST(KernelDistance, DoesNotDependOnTheOrderOfRows) {
  Random random(4, "samples");
  const Matrix real = normals(random, 500, 6), generated = normals(random, 400, 6, 0.2F);
  const Estimate one = kernel_inception_distance(real, generated);
  const Estimate other = kernel_inception_distance(shuffled(real, 1), shuffled(generated, 2));
  EXPECT_NEAR(one.value, other.value, 1e-10);
  EXPECT_NEAR(one.se, other.se, 1e-10);
}

TEST(KernelDistance, RefusesWhatHasNoPairs) {
  const Matrix rows = fixture_rows("real"), one_row = rows_of({{1, 2, 3, 4, 5}});
  EXPECT_THROW(kernel_inception_distance(one_row, rows), Error);
  EXPECT_THROW(kernel_inception_distance(rows, Matrix{0, 5, {}}), Error);
  EXPECT_THROW(kernel_inception_distance_of_subsets(rows, rows, 1, 10), Error);
  EXPECT_THROW(gaussian_distance(rows, with_nan(rows)), Error);
  EXPECT_THROW(gaussian_distance(rows, rows, 0), Error);
  EXPECT_THROW(gaussian_distance(rows, rows_of({{1, 2}, {2, 3}})), Error);
  EXPECT_THROW(median_distance(rows, Matrix{0, 5, {}}), Error);
}

}  // namespace
}  // namespace ersatz::metrics
