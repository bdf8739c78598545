#include "metrics/frechet.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

TEST(Frechet, OfTwoNormalDistributionsIsSeven) {
  // |(1, 2)|^2 + (1 - 2)^2 + (2 - 1)^2
  EXPECT_NEAR(frechet_distance(Moments{{0, 0}, {1, 0, 0, 4}}, Moments{{1, 2}, {4, 0, 0, 1}}), 7, 1e-12);
}

TEST(Frechet, IsSciPys) {
  const Matrix real = fixture_rows("real"), generated = fixture_rows("generated");
  const auto right = fixtures("frechet").get<double>();
  EXPECT_NEAR(frechet_distance(real, generated).value, right, 1e-9);
  EXPECT_NEAR(frechet_distance(generated, real).value, right, 1e-9) << "it is symmetric";
  EXPECT_NEAR(frechet_distance(moments_of(real), moments_of(generated)), right, 1e-9);
}

TEST(Frechet, OfFewerRowsThanColumnsIsThatOfSingularValues) {
  const Matrix real = fixture_rows("few_real"), generated = fixture_rows("few_generated");
  EXPECT_NEAR(frechet_distance(real, generated).value, fixtures("frechet_of_few").get<double>(), 1e-5);
}

TEST(Frechet, OfASetWithItselfIsNothing) {
  const Matrix real = fixture_rows("real"), few = fixture_rows("few_real");
  EXPECT_NEAR(frechet_distance(real, shuffled(real, 1)).value, 0, 1e-9);
  EXPECT_NEAR(frechet_distance(few, shuffled(few, 1)).value, 0, 1e-6);
}

TEST(Frechet, KeepsItsDigitsFarFromZero) {
  Random random(1, "rows");
  Matrix one = normals(random, 300, 3), other = normals(random, 300, 3, 0.5F);
  for (Matrix* rows : {&one, &other}) {
    for (float& value : rows->values) value = std::round(value * 64) / 64;
  }
  const double near = frechet_distance(one, other).value;
  for (Matrix* rows : {&one, &other}) {
    for (float& value : rows->values) value += 4096;
  }
  EXPECT_NEAR(frechet_distance(one, other).value, near, 1e-9);
}

TEST(Frechet, ErrorsAreThoseOfSamplesAndInfinityHasLessBias) {
  ErrorCheck plain, limit;
  for (std::uint32_t k = 0; k < 120; ++k) {
    Random random(2, "samples", k);
    const Matrix real = normals(random, 100, 3), generated = normals(random, 120, 3, 0.4F, 1.2F);
    plain.add(frechet_distance(real, generated, {true, 1}));
    limit.add(frechet_distance_at_infinity(real, generated, {true, 1}));
  }
  const double right = 3 * (0.16 + 0.04);
  EXPECT_NEAR(plain.ratio(), 1, 0.25);
  EXPECT_NEAR(limit.ratio(), 1, 0.25);
  EXPECT_NEAR(limit.mean(), right, 0.05);
  EXPECT_GT(plain.mean(), right + 0.05);
}

TEST(Frechet, DoesNotDependOnThreads) {
  Random random(3, "samples");
  const Matrix real = normals(random, 500, 70), generated = normals(random, 450, 70, 0.1F);
  const Estimate one = frechet_distance(real, generated, {true, 1}),
                 three = frechet_distance(real, generated, {true, 3});
  EXPECT_EQ(one.value, three.value);
  EXPECT_EQ(one.se, three.se);
  EXPECT_EQ(frechet_distance_at_infinity(real, generated, {false, 1}).value,
            frechet_distance_at_infinity(real, generated, {false, 3}).value);
  EXPECT_TRUE(std::isnan(frechet_distance(real, generated, {false, 1}).se));
}

TEST(Frechet, RefusesWhatHasNoMoments) {
  const Matrix rows = fixture_rows("real");
  EXPECT_THROW(frechet_distance(rows_of({{1, 2, 3, 4, 5}}), rows), Error);
  EXPECT_THROW(frechet_distance(rows, Matrix{0, 5, {}}), Error);
  EXPECT_THROW(frechet_distance(rows, with_nan(rows)), Error);
  EXPECT_THROW(frechet_distance(rows, rows_of({{1, 2}, {2, 3}})), Error);
  EXPECT_THROW(frechet_distance_at_infinity(rows, rows_of({{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}})), Error);
  EXPECT_THROW(frechet_distance(Moments{{0, 0}, {1, 0, 0, 1}}, Moments{{0}, {1}}), Error);
  EXPECT_THROW(frechet_distance(Moments{{0, 0}, {1, 0, 0}}, Moments{{0, 0}, {1, 0, 0, 1}}), Error);
}

}  // namespace
}  // namespace ersatz::metrics
