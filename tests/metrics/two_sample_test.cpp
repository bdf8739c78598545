#include "metrics/two_sample.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

TEST(TwoSample, OfShiftedNormalsIsNearTheBestThereIs) {
  // Phi(sqrt(10) / 2) = 0.943077 is what the best of all classifiers reaches.
  Random random(1, "rows");
  const TwoSample found = two_sample(normals(random, 1024, 10), normals(random, 1024, 10, 1));
  EXPECT_NEAR(found.logistic.value, 0.943077, 4 * found.logistic.se);
  EXPECT_GT(found.nearest_neighbours.value, 0.85);
  EXPECT_LT(found.nearest_neighbours.value, 0.943077 + 4 * found.nearest_neighbours.se);
  EXPECT_EQ(found.images, 1024U);
}

TEST(TwoSample, OfOneDistributionIsAHalfAndOfFarOnesAllRight) {
  Random random(2, "rows");
  const Matrix real = normals(random, 700, 6);
  const TwoSample same = two_sample(real, normals(random, 500, 6));
  EXPECT_EQ(same.images, 500U);
  EXPECT_NEAR(same.logistic.value, 0.5, 4 * same.logistic.se);
  EXPECT_NEAR(same.nearest_neighbours.value, 0.5, 4 * same.nearest_neighbours.se);
  const TwoSample far = two_sample(real, normals(random, 700, 6, 20));
  EXPECT_EQ(far.logistic.value, 1);
  EXPECT_EQ(far.nearest_neighbours.value, 1);
}

TEST(TwoSample, NeighboursAreTheDefinitionWithCopiesAmongTheRows) {
  const TwoSample found = two_sample(fixture_rows("real"), fixture_rows("generated"));
  EXPECT_NEAR(found.nearest_neighbours.value, fixtures("neighbour_accuracy").get<double>(), 1e-12);
}

TEST(TwoSample, ErrorsAreThoseOfSamples) {
  ErrorCheck logistic, neighbours;
  for (std::uint32_t k = 0; k < 200; ++k) {
    Random random(3, "samples", k);
    const TwoSample found = two_sample(normals(random, 100, 3), normals(random, 100, 3, 0.7F), 1);
    logistic.add(found.logistic);
    neighbours.add(found.nearest_neighbours);
  }
  EXPECT_NEAR(logistic.ratio(), 1, 0.25);
  EXPECT_NEAR(neighbours.ratio(), 1, 0.25);
}

TEST(TwoSample, DoesNotDependOnThreads) {
  Random random(4, "samples");
  const Matrix real = normals(random, 600, 8), generated = normals(random, 500, 8, 0.3F);
  const TwoSample one = two_sample(real, generated, 1), three = two_sample(real, generated, 3);
  EXPECT_EQ(one.logistic.value, three.logistic.value);
  EXPECT_EQ(one.nearest_neighbours.value, three.nearest_neighbours.value);
}

TEST(TwoSample, RefusesTooFew) {
  const Matrix rows = fixture_rows("real"), few = rows_of({{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}});
  EXPECT_THROW(two_sample(rows, few), Error);
  EXPECT_THROW(two_sample(rows, Matrix{0, 5, {}}), Error);
  EXPECT_THROW(two_sample(rows, with_nan(rows)), Error);
}

}  // namespace
}  // namespace ersatz::metrics
