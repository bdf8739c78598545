// Against the definition, on made-up rows.

#include "metrics/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "metrics/distances.hpp"
#include "metrics/rows.hpp"

namespace ersatz::metrics {
namespace {

using ::testing::ElementsAre;

// All distances in double, sorted; `out` is left out.
std::vector<std::pair<double, std::uint32_t>> by_definition(std::span<const float> row, const Matrix& others,
                                                            std::size_t out) {
  std::vector<std::pair<double, std::uint32_t>> found;
  for (std::size_t j = 0; j < others.rows; ++j) {
    if (j == out) continue;
    double sum = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      sum += std::pow(static_cast<double>(row[c]) - static_cast<double>(others.row(j)[c]), 2);
    }
    found.emplace_back(sum, static_cast<std::uint32_t>(j));
  }
  std::ranges::sort(found);
  return found;
}

void expect_definition(const Neighbours& found, const Matrix& rows, const Matrix& others, bool leave_out) {
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto right = by_definition(rows.row(i), others, leave_out ? i : others.rows);
    for (std::size_t place = 0; place < found.k; ++place) {
      ASSERT_EQ(found.indices(i)[place], right[place].second) << i << ", " << place;
      ASSERT_NEAR(found.distances(i)[place], right[place].first, 1e-13 * right[place].first) << i << ", " << place;
    }
  }
}

TEST(Nearest, IsTheDefinitionInAnyShape) {
  // Widths and numbers on both sides of the blocks' and tiles' sizes.
  Random random(1, "rows");
  for (const auto& [n, m, d, k] : std::vector<std::array<std::size_t, 4>>{
           {1, 1, 1, 1}, {7, 300, 3, 2}, {390, 257, 16, 5}, {13, 520, 259, 7}, {20, 30, 33, 30}}) {
    const Matrix rows = normals(random, n, d, 2), others = normals(random, m, d, 2);
    expect_definition(nearest(rows, others, k, 1), rows, others, false);
  }
}

TEST(Nearest, LeavesOutTheRowItselfAndNotItsCopies) {
  Random random(2, "rows");
  Matrix rows = normals(random, 400, 6);
  for (const std::size_t copy : {5U, 250U, 399U}) std::copy_n(rows.values.begin(), 6, rows.values.begin() + copy * 6);
  const Neighbours found = nearest_others(rows, 4);
  expect_definition(found, rows, rows, true);
  EXPECT_THAT(found.indices(250).first(3), ElementsAre(0, 5, 399));
  EXPECT_THAT(found.distances(250).first(3), ElementsAre(0, 0, 0));
}

TEST(Nearest, IsExactWhereProductsInFloat32AreNot) {
  // Lengths of 10,000 and distances of about 0.01: products are wrong by far more than distances differ.
  Random random(3, "rows");
  Matrix rows = normals(random, 600, 8, 0, 0.01F);
  for (std::size_t i = 0; i < rows.rows; ++i) rows.values[i * 8] += i % 2 == 0 ? 10000.0F : -10000.0F;
  expect_definition(nearest_others(rows, 3), rows, rows, true);
  // Grids have many equal distances.
  Matrix grid{400, 2, {}};
  for (int i = 0; i < 400; ++i) {
    grid.values.push_back(static_cast<float>(i % 20));
    grid.values.push_back(static_cast<float>(i / 20));
  }
  expect_definition(nearest_others(grid, 6), grid, grid, true);
}

TEST(Nearest, IsTheSameForAnyNumberOfThreads) {
  Random random(4, "rows");
  const Matrix rows = normals(random, 900, 20);
  const Neighbours one = nearest_others(rows, 5, 1), three = nearest_others(rows, 5, 3);
  EXPECT_EQ(one.index, three.index);
  EXPECT_EQ(one.squared, three.squared);
}

TEST(Nearest, ClosePairsAreAllThatAreWithinALimit) {
  Random random(5, "rows");
  const Matrix one = normals(random, 410, 5), other = normals(random, 300, 5);
  std::vector<double> limits(410, 1.5), other_limits(300, 0.5);
  other_limits[7] = 4;
  std::vector<int> found(410 * 300);
  for_close_pairs(one, limits, other, other_limits, 1, [&](ClosePair& pair, unsigned) {
    found[pair.i() * 300 + pair.j()] = pair.within(std::max(limits[pair.i()], other_limits[pair.j()])) ? 1 : 0;
  });
  for (std::size_t i = 0; i < 410; ++i) {
    for (std::size_t j = 0; j < 300; ++j) {
      const bool right = squared_distance(one.row(i), other.row(j)) <= std::max(limits[i], other_limits[j]);
      ASSERT_EQ(found[i * 300 + j], right ? 1 : 0) << i << ", " << j;
    }
  }
}

TEST(Nearest, RefusesWhatHasNoNeighbours) {
  const Matrix rows = rows_of({{1, 2}, {3, 4}, {5, 6}});
  EXPECT_THROW(nearest(rows, rows, 4), Error);
  EXPECT_THROW(nearest(rows, rows, 0), Error);
  EXPECT_THROW(nearest_others(rows, 3), Error);
  EXPECT_THROW(nearest(rows, Matrix{0, 2, {}}, 1), Error);
  EXPECT_THROW(nearest(Matrix{0, 2, {}}, rows, 1), Error);
  EXPECT_THROW(nearest(rows, rows_of({{1}, {2}}), 1), Error);
  EXPECT_THROW(nearest(with_nan(rows), rows, 1), Error);
  EXPECT_THROW(nearest(rows, rows_of({{1, 1e30F}}), 1), Error);
}

TEST(Nearest, StopsWhenAsked) {
  const Matrix rows = rows_of({{1, 2}, {3, 4}, {5, 6}});
  request_stop();
  EXPECT_THROW(nearest(rows, rows, 1, 1), Stopped);
  reset_stop_request();
}

}  // namespace
}  // namespace ersatz::metrics
