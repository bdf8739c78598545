#include "stats/power_law.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

const Numbers kAmounts{100, 300, 1000, 3000, 10000, 50000};

double evaluate(const PowerLaw& law, double x) { return law.a - law.b * std::pow(x, -law.c); }

Numbers curve(const PowerLaw& law, const Numbers& x) {
  Numbers y;
  for (const double value : x) y.push_back(evaluate(law, value));
  return y;
}

TEST(PowerLaw, EqualsScipysCurveFit) {
  for (const Json& one : fixtures("power_law")) {
    SCOPED_TRACE(one.at("fit").dump());
    const auto fit = one.at("fit").get<Numbers>();
    const PowerLaw law =
        fit_power_law(one.at("x").get<Numbers>(), one.at("y").get<Numbers>(), one.at("weights").get<Numbers>());
    EXPECT_NEAR(law.a, fit[0], 1e-6 * fit[0]);
    EXPECT_NEAR(law.b, fit[1], 1e-5 * fit[1]);
    EXPECT_NEAR(law.c, fit[2], 1e-6 * fit[2]);
    const double sum = one.at("residual_sum");
    EXPECT_NEAR(law.residual_sum, sum, 1e-9 * sum);
    EXPECT_LE(law.residual_sum, sum * (1 + 1e-12));  // the minimum is not above anybody's
    EXPECT_FALSE(law.degenerate);
  }
}

TEST(PowerLaw, IsRecoveredFromPointsOnIt) {
  for (const double c : {0.05, 0.2, 0.5, 1.0, 2.0}) {
    const PowerLaw truth{.a = 0.93, .b = 4.5, .c = c};
    const PowerLaw law = fit_power_law(kAmounts, curve(truth, kAmounts), Numbers{1, 2, 3, 1, 5, 1});
    EXPECT_NEAR(law.a, truth.a, 1e-8) << c;
    EXPECT_NEAR(law.b, truth.b, 1e-6) << c;
    EXPECT_NEAR(law.c, truth.c, 1e-8) << c;
    EXPECT_NEAR(law.residual_sum, 0, 1e-20) << c;
    EXPECT_NEAR(law.r_squared, 1, 1e-12) << c;
    EXPECT_FALSE(law.degenerate) << c;
  }
}

TEST(PowerLaw, MeetsThreePointsExactly) {
  const Numbers x{100, 1000, 10000}, y{0.3, 0.55, 0.7};
  const PowerLaw law = fit_power_law(x, y);
  EXPECT_FALSE(law.degenerate);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(evaluate(law, x[i]), y[i], 1e-12);
}

TEST(PowerLaw, IsALeastSquaresMinimum) {
  const Json& one = fixtures("power_law")[0];
  const auto x = one.at("x").get<Numbers>(), y = one.at("y").get<Numbers>();
  const PowerLaw law = fit_power_law(x, y);
  const auto squares = [&](double a, double b, double c) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += std::pow(y[i] - a + b * std::pow(x[i], -c), 2);
    return sum;
  };
  EXPECT_NEAR(squares(law.a, law.b, law.c), law.residual_sum, 1e-15);
  for (const double factor : {0.999, 1.001}) {
    EXPECT_GT(squares(law.a * factor, law.b, law.c), law.residual_sum);
    EXPECT_GT(squares(law.a, law.b * factor, law.c), law.residual_sum);
    EXPECT_GT(squares(law.a, law.b, law.c * factor), law.residual_sum);
  }
}

TEST(PowerLaw, DoesNotDependOnTheUnitOfX) {
  const Json& one = fixtures("power_law")[1];
  auto x = one.at("x").get<Numbers>();
  const auto y = one.at("y").get<Numbers>();
  const PowerLaw images = fit_power_law(x, y);
  for (double& value : x) value /= 1e6;
  const PowerLaw millions = fit_power_law(x, y);
  EXPECT_NEAR(millions.a, images.a, 1e-9);
  EXPECT_NEAR(millions.c, images.c, 1e-9);
  EXPECT_NEAR(millions.b, images.b * std::pow(1e-6, images.c), 1e-9);
}

TEST(PowerLaw, CountsAPointOfDoubleWeightTwice) {
  const Numbers y{0.31, 0.42, 0.52, 0.58, 0.66, 0.69};
  Numbers twice_x = kAmounts, twice_y = y;
  twice_x.push_back(kAmounts[2]);
  twice_y.push_back(y[2]);
  const PowerLaw weighted = fit_power_law(kAmounts, y, Numbers{1, 1, 2, 1, 1, 1});
  const PowerLaw repeated = fit_power_law(twice_x, twice_y);
  EXPECT_NEAR(weighted.a, repeated.a, 1e-9);
  EXPECT_NEAR(weighted.c, repeated.c, 1e-9);
  EXPECT_NEAR(weighted.r_squared, repeated.r_squared, 1e-9);
  EXPECT_GT(std::abs(weighted.c - fit_power_law(kAmounts, y).c), 1e-4);
}

TEST(PowerLaw, SaysWhenThePointsAreNoSuchCurve) {
  Numbers logarithm, step{0.1, 0.9, 0.9, 0.9, 0.9, 0.9}, falling{0.9, 0.7, 0.6, 0.55, 0.52, 0.51};
  for (const double x : kAmounts) logarithm.push_back(0.1 * std::log(x));
  const PowerLaw straight = fit_power_law(kAmounts, logarithm);
  EXPECT_TRUE(straight.degenerate);
  EXPECT_DOUBLE_EQ(straight.c, kLeastExponent);
  EXPECT_TRUE(fit_power_law(kAmounts, step).degenerate);
  EXPECT_DOUBLE_EQ(fit_power_law(kAmounts, step).c, kLargestExponent);
  EXPECT_TRUE(fit_power_law(kAmounts, falling).degenerate);
  EXPECT_LE(fit_power_law(kAmounts, falling).b, 0);
  const PowerLaw flat = fit_power_law(kAmounts, Numbers(6, 0.1));
  EXPECT_TRUE(flat.degenerate);
  EXPECT_EQ(flat.r_squared, 0);
  for (const PowerLaw& law : {straight, flat}) EXPECT_EQ(inverse(law, 0.05), std::nullopt);
}

TEST(PowerLawInverse, UndoesTheCurve) {
  const PowerLaw law{.a = 0.93, .b = 4.5, .c = 0.4};
  for (const double x : {0.5, 10.0, 100.0, 25'000.0, 1e9}) {
    EXPECT_NEAR(inverse(law, evaluate(law, x)).value(), x, 1e-9 * x) << x;
  }
}

TEST(PowerLawInverse, SaysNothingOfWhatIsNeverReached) {
  const PowerLaw law{.a = 0.93, .b = 4.5, .c = 0.4};
  EXPECT_EQ(inverse(law, 0.93), std::nullopt);
  EXPECT_EQ(inverse(law, 0.94), std::nullopt);
  EXPECT_EQ(inverse(law, std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(inverse({.a = 0.93, .b = 4.5, .c = 0.02}, 0.93 - 1e-14), std::nullopt);  // x = 1e733
}

TEST(PowerLaw, RefusesWhatCannotBeFitted) {
  const Numbers three{1, 2, 3};
  EXPECT_THROW(fit_power_law(Numbers{1, 2, 2}, three), Error);
  EXPECT_THROW(fit_power_law(Numbers{1, 2}, Numbers{1, 2}), Error);
  EXPECT_THROW(fit_power_law(three, Numbers{1, 2}), Error);
  EXPECT_THROW(fit_power_law(three, three, Numbers{1, 2}), Error);
  EXPECT_THROW(fit_power_law(three, three, Numbers{1, 0, 1}), Error);
  EXPECT_THROW(fit_power_law(Numbers{0, 2, 3}, three), Error);
  EXPECT_THROW(fit_power_law(three, Numbers{1, std::numeric_limits<double>::quiet_NaN(), 2}), Error);
}

}  // namespace
}  // namespace ersatz::stats
