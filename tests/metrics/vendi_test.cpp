#include "metrics/vendi.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

TEST(Vendi, IsThatOfItsReadme) {
  std::vector<double> kernel;
  const std::vector<double> points{0, 0, 10, 10, 20, 20};
  for (const double a : points) {
    for (const double b : points) kernel.push_back(std::exp(-std::abs(a - b)));
  }
  // It prints 2.9999, cut off: the entropy is ln 3 less 2/3 e^-20 in the first order of what the pairs have in common.
  EXPECT_NEAR(vendi_of_kernel(kernel, 6), 3 - 2 * std::exp(-20), 1e-12);
  EXPECT_EQ(std::floor(vendi_of_kernel(kernel, 6) * 10000), 29999);
  EXPECT_NEAR(vendi_of_kernel(std::vector<double>{1, .9, 0, .9, 1, 0, 0, 0, 1}, 3), 2.157300, 5e-7);
}

TEST(Vendi, CountsImagesThatHaveNothingInCommon) {
  EXPECT_NEAR(vendi_score(rows_of({{3, 0}, {1, 0}, {0, 2}, {0, 5}, {0, 1}, {7, 0}})).value, 2, 1e-12);
  EXPECT_NEAR(vendi_score(rows_of({{1, 2, 3}, {2, 4, 6}})).value, 1, 1e-7);
  EXPECT_NEAR(vendi_score(rows_of({{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}})).value, 3, 1e-12);
}

TEST(Vendi, IsNumPysOfManyAndOfFewRows) {
  EXPECT_NEAR(vendi_score(fixture_rows("real")).value, fixtures("vendi").get<double>(), 1e-9);
  EXPECT_NEAR(vendi_score(shuffled(fixture_rows("real"), 1)).value, fixtures("vendi").get<double>(), 1e-9);
  EXPECT_NEAR(vendi_score(fixture_rows("few_real")).value, fixtures("vendi_of_few").get<double>(), 1e-9);
}

TEST(Vendi, ErrorsAreThoseOfSamples) {
  ErrorCheck by_features, by_rows;
  for (std::uint32_t k = 0; k < 200; ++k) {
    Random random(1, "samples", k);
    by_features.add(vendi_score(normals(random, 150, 4, 0.5F), {true, 1}));
    by_rows.add(vendi_score(normals(random, 40, 50, 0.5F), {true, 1}));
  }
  EXPECT_NEAR(by_features.ratio(), 1, 0.25);
  EXPECT_NEAR(by_rows.ratio(), 1, 0.25);
}

TEST(Vendi, DoesNotDependOnThreads) {
  Random random(2, "samples");
  const Matrix rows = normals(random, 500, 30), few = normals(random, 50, 90);
  EXPECT_EQ(vendi_score(rows, {true, 1}).se, vendi_score(rows, {true, 3}).se);
  EXPECT_EQ(vendi_score(few, {true, 1}).se, vendi_score(few, {true, 3}).se);
}

TEST(Vendi, RefusesWhatIsNoKernel) {
  EXPECT_THROW(vendi_of_kernel(std::vector<double>{1, .9, .8, 1}, 2), Error);
  EXPECT_THROW(vendi_of_kernel(std::vector<double>{2, 0, 0, 1}, 2), Error);
  EXPECT_THROW(vendi_of_kernel(std::vector<double>{1, 0, 0}, 2), Error);
  EXPECT_THROW(vendi_of_kernel(std::vector<double>{}, 0), Error);
  EXPECT_THROW(vendi_score(Matrix{0, 3, {}}), Error);
  EXPECT_THROW(vendi_score(rows_of({{1, 2}, {0, 0}})), Error);
  EXPECT_THROW(vendi_score(with_nan(fixture_rows("real"))), Error);
}

}  // namespace
}  // namespace ersatz::metrics
