// Against the definition, on made-up rows.

#include "stats/neighbours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace ersatz::stats {
namespace {

using ::testing::ElementsAre;

// Rows of length 1 at these angles in degrees, in the first two of `width` columns.
Matrix at_angles(const std::vector<double>& degrees, std::size_t width = 2) {
  Matrix rows{degrees.size(), width, std::vector<float>(degrees.size() * width)};
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    const double radians = degrees[i] * std::acos(-1.0) / 180;
    rows.values[i * width] = static_cast<float>(std::cos(radians));
    rows.values[i * width + 1] = static_cast<float>(std::sin(radians));
  }
  return rows;
}

double distance(double degrees) { return 1 - std::cos(degrees * std::acos(-1.0) / 180); }

TEST(Neighbours, NearestIsOfTheSameClass) {
  const std::vector<std::int32_t> labels{0, 1, 2}, others{0, 0, 1};
  const auto found = nearest_distances(at_angles({0, 0, 0}), labels, at_angles({50, 20, 90}), others);
  EXPECT_NEAR(found[0], distance(20), 1e-6);
  EXPECT_NEAR(found[1], distance(90), 1e-6);
  EXPECT_EQ(found[2], 2) << "there is none of its class";
}

TEST(Neighbours, NearestIsTheLeastOfAllDistancesInAnyWidth) {
  for (const std::size_t width : {3U, 16U, 37U}) {
    Random random(width, "rows");
    const auto rows = [&](std::size_t n) {
      Matrix matrix{n, width, std::vector<float>(n * width)};
      for (float& value : matrix.values) value = random.uniform(-1, 1);
      for (std::size_t i = 0; i < n; ++i) {
        double squares = 0;
        for (const float value : matrix.row(i)) squares += static_cast<double>(value) * value;
        for (std::size_t c = 0; c < width; ++c) matrix.values[i * width + c] /= static_cast<float>(std::sqrt(squares));
      }
      return matrix;
    };
    const Matrix some = rows(11), others = rows(23);
    const std::vector<std::int32_t> one(11, 0), many(23, 0);
    const auto found = nearest_distances(some, one, others, many);
    for (std::size_t i = 0; i < one.size(); ++i) {
      double least = 2;
      for (std::size_t j = 0; j < many.size(); ++j) {
        double cosine = 0;
        for (std::size_t c = 0; c < width; ++c) cosine += static_cast<double>(some.row(i)[c]) * others.row(j)[c];
        least = std::min(least, 1 - cosine);
      }
      EXPECT_NEAR(found[i], least, 1e-6) << width;
    }
  }
}

// 0 and 2 degrees are near copies, and so are 80 and 81; 40 is nearest to the mean.
TEST(Neighbours, NearCopiesAreTakenLast) {
  const std::vector<double> degrees{0, 2, 40, 80, 81};
  const std::vector<std::int32_t> labels(5, 7);
  const auto found = distinctness(at_angles(degrees, 20), labels);
  EXPECT_NEAR(found[2], 2, 1e-6) << "the first";
  EXPECT_NEAR(found[4], distance(41), 1e-6) << "the farthest from 40";
  EXPECT_NEAR(found[0], distance(40), 1e-6);
  EXPECT_NEAR(found[1], distance(2), 1e-6);
  EXPECT_NEAR(found[3], distance(1), 1e-6);
}

TEST(Neighbours, ClassesDoNotCrowdEachOther) {
  const std::vector<std::int32_t> labels{0, 1};
  EXPECT_THAT(distinctness(at_angles({10, 10}), labels), ElementsAre(2, 2));
}

}  // namespace
}  // namespace ersatz::stats
