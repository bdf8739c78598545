#include "stats/logistic.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

Matrix matrix_of(const Json& rows) {
  Matrix matrix;
  for (const Json& row : rows) {
    for (const Json& value : row) matrix.values.push_back(value.get<float>());
    ++matrix.rows;
    matrix.columns = row.size();
  }
  return matrix;
}

std::vector<std::uint32_t> all_of(const Matrix& rows) {
  std::vector<std::uint32_t> all(rows.rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

TEST(Logistic, IsScikitLearns) {
  for (const Json& one : fixtures("logistic")) {
    const Matrix rows = matrix_of(one.at("rows"));
    const auto positive = one.at("positive").get<std::vector<std::uint8_t>>();
    const Logistic fitted = fit_logistic(rows, all_of(rows), positive, one.at("penalty").get<double>());
    const auto weights = one.at("weights").get<Numbers>();
    ASSERT_EQ(fitted.weights.size(), weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(fitted.weights[i], weights[i], 2e-5);
    EXPECT_NEAR(fitted.intercept, one.at("intercept").get<double>(), 2e-5);
  }
}

TEST(Logistic, TakesTheChosenRowsAlone) {
  Matrix rows{6, 1, {-1, 1, 2, -2, 100, -100}};
  const std::vector<std::uint8_t> positive{0, 1, 1, 0, 0, 1};
  const std::vector<std::uint32_t> first{0, 1, 2, 3};
  EXPECT_GT(fit_logistic(rows, first, positive, 1).weights[0], 0);
  EXPECT_LT(fit_logistic(rows, all_of(rows), positive, 1).weights[0], 0);
  const Logistic fitted = fit_logistic(rows, first, positive, 1);
  EXPECT_NEAR(fitted.log_odds(rows.row(2)), fitted.intercept + 2 * fitted.weights[0], 1e-12);
}

TEST(Logistic, RefusesOneGroup) {
  const Matrix rows{2, 1, {1, 2}};
  EXPECT_THROW(fit_logistic(rows, all_of(rows), std::vector<std::uint8_t>{1, 1}, 1), Error);
  EXPECT_THROW(fit_logistic(rows, all_of(rows), std::vector<std::uint8_t>{1}, 1), Error);
}

TEST(Scaling, LeavesColumnsThatSayNothingAtZero) {
  Matrix rows{3, 2, {1, 7, 2, 7, 3, 7}};
  const Scaling scaling = scaling_of(rows, all_of(rows));
  EXPECT_NEAR(scaling.deviation[0], 0.816497, 1e-6);
  EXPECT_EQ(scaling.deviation[1], 0);
  scale(rows, scaling);
  EXPECT_NEAR(rows.values[0], -1.224745, 1e-6);
  EXPECT_EQ(rows.values[1], 0);
  EXPECT_EQ(rows.values[5], 0);
}

}  // namespace
}  // namespace ersatz::stats
