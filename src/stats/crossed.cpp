#include "stats/crossed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check_level(double level) {
  if (!(level > 0 && level < 1)) throw Error(fmt::format("a confidence level lies between 0 and 1, not at {}", level));
}

bool says_nothing(const CrossedEstimate& of) {
  return of.images < 2 || !std::isfinite(of.mean) || !std::isfinite(of.standard_error);
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// A quadratic form of mean squares. What rounding leaves of a sum that is 0 is 0.
double without_rounding(double form, double size) { return form > 1e-12 * size ? form : 0; }

CrossedEstimate with_error(CrossedEstimate of) {
  const double n = static_cast<double>(of.seeds), images = static_cast<double>(of.images);
  if (of.images < 2) {
    of.standard_error = kInfinity;
    return of;
  }
  // Test images alone, with these trained models, make a mean vary by MS_I: seeds cannot make it vary less.
  const double x = std::max(of.of_seeds + std::max(of.of_images - of.residual, 0.0), of.of_images);
  of.standard_error = std::sqrt(x / (n * images));
  of.df = images - 1;
  if (of.of_seeds > 0) of.df = std::min(of.df, x * x * (n - 1) / (of.of_seeds * of.of_seeds));
  return of;
}

}  // namespace

double CrossedEstimate::half_width(double level) const {
  check_level(level);
  if (says_nothing(*this)) return kInfinity;
  if (standard_error > 0) {
    return boost::math::quantile(boost::math::students_t(df), 0.5 + level / 2) * standard_error;
  }
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + level / 2);
  return z * z / (static_cast<double>(images) + z * z);
}

Interval CrossedEstimate::interval(double level) const {
  const double half = half_width(level);
  if (!std::isfinite(half)) return {-kInfinity, kInfinity};
  return {mean - half, mean + half};
}

double CrossedEstimate::p() const {
  if (says_nothing(*this) || mean == 0) return 1;
  if (standard_error > 0) {
    return 2 * boost::math::cdf(boost::math::students_t(df), -std::abs(mean) / standard_error);
  }
  // The z at which half_width() is the mean.
  const double size = std::min(std::abs(mean), 1.0);
  return std::erfc(std::sqrt(static_cast<double>(images) * size / (1 - size) / 2));
}

Interval share_interval(const CrossedEstimate& share, double level) {
  if (!share.images_only()) return within(share.interval(level), kShares);
  const double right = std::round(share.mean * static_cast<double>(share.images));
  return wilson_interval(static_cast<std::uint64_t>(right), share.images, level);
}

bool is_equivalent(const CrossedEstimate& difference, double margin, double significance) {
  const Interval possible = difference.interval(1 - 2 * significance);
  return possible.low > -margin && possible.high < margin;
}

Crossed::Crossed(std::size_t cells, std::size_t seeds, std::size_t images,
                 const std::function<void(std::size_t, std::size_t, std::span<double>)>& values)
    : seeds_(seeds), images_(images), totals_(cells), squares_(cells * cells) {
  if (cells == 0 || seeds == 0 || images == 0) {
    throw Error(fmt::format("an analysis of {} cells, {} seeds and {} images", cells, seeds, images));
  }
  using Values = std::vector<double>;
  std::vector<Values> run(cells, Values(images)), of_image(cells, Values(images)), of_seed(cells, Values(seeds));
  std::vector<double> products(cells * cells);
  for (std::size_t s = 0; s < seeds; ++s) {
    for (std::size_t c = 0; c < cells; ++c) {
      values(c, s, run[c]);
      of_seed[c][s] = std::accumulate(run[c].begin(), run[c].end(), 0.0);
      totals_[c] += of_seed[c][s];
      for (std::size_t i = 0; i < images; ++i) of_image[c][i] += run[c][i];
      for (std::size_t b = 0; b <= c; ++b) products[c * cells + b] += dot(run[b], run[c]);
    }
  }
  // Of right and wrong, 1 and 0, all of these sums are whole numbers: squares that cancel do so exactly.
  const double n = static_cast<double>(seeds), of_n = static_cast<double>(images), all = n * of_n;
  for (std::size_t a = 0; a < cells; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double total = totals_[a] * totals_[b];
      const double by_seed = n * dot(of_seed[a], of_seed[b]), by_image = of_n * dot(of_image[a], of_image[b]);
      Squares squares;
      if (images > 1) squares.of_images = (by_image - total) / all / (of_n - 1);
      if (seeds > 1) squares.of_seeds = (by_seed - total) / all / (n - 1);
      if (seeds > 1 && images > 1) {
        squares.residual = (all * products[a * cells + b] - by_seed - by_image + total) / all / ((n - 1) * (of_n - 1));
      }
      squares_[a * cells + b] = squares_[b * cells + a] = squares;
    }
  }
}

CrossedEstimate Crossed::contrast(std::span<const double> weights) const {
  if (weights.size() > cells()) {
    throw Error(fmt::format("a contrast of {} cells has {} weights", cells(), weights.size()));
  }
  CrossedEstimate of;
  of.seeds = seeds_;
  of.images = images_;
  Squares form, size;
  for (std::size_t a = 0; a < weights.size(); ++a) {
    if (weights[a] == 0) continue;
    of.mean += weights[a] * totals_[a];
    for (std::size_t b = 0; b < weights.size(); ++b) {
      const double weight = weights[a] * weights[b];
      const Squares& one = squares_[a * cells() + b];
      form.of_seeds += weight * one.of_seeds;
      form.of_images += weight * one.of_images;
      form.residual += weight * one.residual;
      size.of_seeds += std::abs(weight * one.of_seeds);
      size.of_images += std::abs(weight * one.of_images);
      size.residual += std::abs(weight * one.residual);
    }
  }
  of.mean /= static_cast<double>(seeds_) * static_cast<double>(images_);
  of.of_seeds = without_rounding(form.of_seeds, size.of_seeds);
  of.of_images = without_rounding(form.of_images, size.of_images);
  of.residual = without_rounding(form.residual, size.residual);
  return with_error(of);
}

CrossedEstimate Crossed::cell(std::size_t c) const {
  std::vector<double> weights(c + 1);
  weights[c] = 1;
  return contrast(weights);
}

CrossedEstimate Crossed::difference(std::size_t first, std::size_t second) const {
  std::vector<double> weights(std::max(first, second) + 1);
  weights[second] += 1;
  weights[first] -= 1;
  return contrast(weights);
}

}  // namespace ersatz::stats
