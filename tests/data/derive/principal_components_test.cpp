// Principal components against Jacobi's method on the whole covariance, and what is drawn from them.

#include "data/derive/principal_components.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/random.hpp"
#include "data/make_store.hpp"

namespace ersatz::data {
namespace {

using Matrix = std::vector<std::vector<double>>;
using Images = std::vector<std::vector<std::uint8_t>>;

// Images whose pixels vary in `patterns` directions around 128, with the amount 20 / (1 + its number), and by a little
// in all others. Never near 0 or 255.
Images pictures(ImageShape shape, std::size_t count, std::size_t patterns) {
  Images images(count);
  for (std::size_t n = 0; n < count; ++n) {
    Random random(7, "amounts", 0, n);
    std::vector<double> values(shape.bytes(), 128);
    for (std::size_t k = 0; k < patterns; ++k) {
      Random pattern(7, "pattern", 0, k);
      const double amount = 20.0 / static_cast<double>(1 + k) * random.normal();
      for (double& value : values) value += amount * (pattern.below(2) == 0 ? 1 : -1);
    }
    for (const double value : values) {
      images[n].push_back(static_cast<std::uint8_t>(std::clamp(value + random.uniform(-2, 2), 0.0, 255.0) + 0.5));
    }
  }
  return images;
}

std::vector<double> mean_of(const Images& images) {
  std::vector<double> mean(images.front().size(), 0);
  for (const auto& image : images) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += image[i];
  }
  for (double& value : mean) value /= static_cast<double>(images.size());
  return mean;
}

// Of n images the matrix n x n of their products: it has the covariance's eigenvalues other than 0.
Matrix products(const Images& images) {
  const std::vector<double> mean = mean_of(images);
  Matrix gram(images.size(), std::vector<double>(images.size(), 0));
  for (std::size_t a = 0; a < images.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < mean.size(); ++i) sum += (images[a][i] - mean[i]) * (images[b][i] - mean[i]);
      gram[a][b] = gram[b][a] = sum / static_cast<double>(images.size() - 1);
    }
  }
  return gram;
}

// By Jacobi's rotations; falling.
std::vector<double> eigenvalues(Matrix m) {
  const std::size_t n = m.size();
  for (int sweep = 0; sweep < 12; ++sweep) {
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (m[p][q] == 0) continue;
        const double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double x = m[k][p], y = m[k][q];
          m[k][p] = c * x - s * y, m[k][q] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = m[p][k], y = m[q][k];
          m[p][k] = c * x - s * y, m[q][k] = s * x + c * y;
        }
      }
    }
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(m[i][i]);
  std::ranges::sort(values, std::greater<>());
  return values;
}

PrincipalComponents components_of(const testing::MadeStore& made, std::size_t count) {
  std::vector<ImageReference> images;
  for (std::size_t i = 0; i < made.store().size(); ++i)
    images.push_back({&made.store(), static_cast<std::uint32_t>(i)});
  return principal_components(images, count);
}

double product(const PrincipalComponents& of, std::size_t a, std::size_t b) {
  const auto at = [&](std::size_t k) {
    return of.directions.begin() + static_cast<std::ptrdiff_t>(k * of.mean.size());
  };
  return std::inner_product(at(a), at(a) + static_cast<std::ptrdiff_t>(of.mean.size()), at(b), 0.0);
}

void compare(ImageShape shape, std::size_t images, std::size_t wanted) {
  const Images made = pictures(shape, images, 6);
  const testing::MadeStore store("s", shape, made);
  const PrincipalComponents found = components_of(store, wanted);
  const std::vector<double> expected = eigenvalues(products(made));
  ASSERT_EQ(found.count(), wanted);
  for (std::size_t k = 0; k < wanted; ++k) {
    EXPECT_NEAR(found.variances[k], expected[k], 1e-8 * expected[0]) << k;
    for (std::size_t other = 0; other <= k; ++other) EXPECT_NEAR(product(found, k, other), k == other ? 1 : 0, 1e-10);
  }
  const std::vector<double> mean = mean_of(made);
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_DOUBLE_EQ(found.mean[i], mean[i]);
  // The variance along each direction, by its definition.
  for (std::size_t k = 0; k < wanted; ++k) {
    double sum = 0;
    for (const auto& image : made) {
      double along = 0;
      for (std::size_t i = 0; i < mean.size(); ++i)
        along += found.directions[k * mean.size() + i] * (image[i] - mean[i]);
      sum += along * along;
    }
    EXPECT_NEAR(sum / static_cast<double>(images - 1), found.variances[k], 1e-8 * expected[0]);
  }
}

TEST(PrincipalComponents, AreThoseOfTheWholeCovariance) {
  compare({4, 4}, 60, 5);     // more images than values: the space is all there is
  compare({16, 16}, 90, 6);   // fewer, and far fewer vectors than values
  compare({16, 16}, 90, 20);  // also where variances are nearly alike
}

TEST(PrincipalComponents, AreFewerWhereImagesDoNotVaryInSoManyDirections) {
  const testing::MadeStore same("s", {4, 4}, Images(5, std::vector<std::uint8_t>(48, 9)));
  EXPECT_EQ(components_of(same, 3).count(), 0U);
  Images line;
  for (std::uint8_t i = 0; i < 10; ++i) line.emplace_back(48, i);
  const PrincipalComponents one = components_of(testing::MadeStore("s", {4, 4}, line), 3);
  ASSERT_EQ(one.count(), 1U);
  EXPECT_NEAR(one.variances[0], 48 * (82.5 / 9), 1e-9);  // of 0 .. 9, in 48 values
  EXPECT_NEAR(one.directions[0], 1 / std::sqrt(48.0), 1e-12);
}

TEST(PrincipalComponents, ImagesDrawnFromThemHaveTheirMeanAndVariances) {
  const ImageShape shape{8, 8};
  const Images made = pictures(shape, 80, 3);
  const PrincipalComponents from = components_of(testing::MadeStore("s", shape, made), 3);
  constexpr std::size_t kDrawn = 1500;
  Images drawn(kDrawn, std::vector<std::uint8_t>(shape.bytes()));
  for (std::size_t i = 0; i < kDrawn; ++i) draw_normal_image(from, 1, "cat", i, drawn[i]);
  const PrincipalComponents again = components_of(testing::MadeStore("d", shape, drawn), 6);
  for (std::size_t i = 0; i < from.mean.size(); ++i) {
    double variance = 0;  // of this value
    for (std::size_t k = 0; k < 3; ++k) variance += from.variances[k] * std::pow(from.directions[k * 192 + i], 2);
    EXPECT_NEAR(again.mean[i], from.mean[i], 5 * std::sqrt((variance + 1.0 / 12) / kDrawn)) << i;
  }
  // The standard error of a variance of normal numbers is sqrt(2 / n) of it.
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(again.variances[k] / from.variances[k], 1, 5 * std::sqrt(2.0 / kDrawn)) << k;
  }
  // Beyond the three there is nothing but rounding. Its variance is 1 / 12 of a value, and it is alike in the values,
  // an eighth of 192 or a few more, that vary together.
  for (std::size_t k = 3; k < again.count(); ++k) EXPECT_LT(again.variances[k], 36.0 / 12) << k;
  EXPECT_GT(from.variances[2], 100);
}

TEST(PrincipalComponents, ADrawnImageDependsOnItsNumberAlone) {
  const testing::MadeStore store("s", {8, 8}, pictures({8, 8}, 40, 3));
  const PrincipalComponents from = components_of(store, 3);
  const auto draw = [&](std::uint64_t seed, const char* purpose, std::uint64_t number) {
    std::vector<std::uint8_t> pixels(192);
    draw_normal_image(from, seed, purpose, number, pixels);
    return pixels;
  };
  EXPECT_EQ(draw(1, "cat", 5), draw(1, "cat", 5));
  EXPECT_NE(draw(1, "cat", 5), draw(1, "cat", 6));
  EXPECT_NE(draw(1, "cat", 5), draw(2, "cat", 5));
  EXPECT_NE(draw(1, "cat", 5), draw(1, "dog", 5));
  EXPECT_EQ(components_of(store, 3).directions, from.directions);
}

}  // namespace
}  // namespace ersatz::data
