#include "metrics/balls.hpp"

#include <algorithm>
#include <cmath>

namespace ersatz::metrics {
namespace {

// Of distances, as numpy.median: the mean of the two in the middle where their number is even.
double squared_median(std::vector<double> squared) {
  const auto middle = squared.begin() + static_cast<std::ptrdiff_t>(squared.size() / 2);
  std::ranges::nth_element(squared, middle);
  if (squared.size() % 2 == 1) return *middle;
  const double below = *std::max_element(squared.begin(), middle);
  if (below == *middle) return below;
  const double median = (std::sqrt(below) + std::sqrt(*middle)) / 2;
  return median * median;
}

// Calls visit(place) for the places of the k nearest of row i in its set (variant 0) or half.
template <typename Visit>
void for_nearest(const Neighbours& neighbours, const Halves& halves, std::size_t i, std::size_t variant, std::size_t k,
                 const Visit& visit) {
  const auto indices = neighbours.indices(i);
  std::size_t seen = 0;
  for (std::size_t place = 0; place < indices.size() && seen < k; ++place) {
    const bool other_half =
        variant > 0 && halves.in_second(i, variant - 1) != halves.in_second(indices[place], variant - 1);
    if (other_half) continue;
    ++seen;
    visit(place, seen);
  }
}

}  // namespace

std::size_t neighbours_for_balls(std::size_t rows, std::size_t k) {
  const double twice = 2 * static_cast<double>(k);
  return std::min(rows - 1, static_cast<std::size_t>(twice + 4 * std::sqrt(twice) + 12));
}

Balls balls_of(const Neighbours& neighbours, const Halves& halves, std::size_t k) {
  Balls balls;
  balls.squared_radii.reserve(neighbours.rows * kBallVariants);
  for (std::size_t i = 0; i < neighbours.rows; ++i) {
    const auto distances = neighbours.distances(i);
    double largest = 0;
    for (std::size_t variant = 0; variant < kBallVariants; ++variant) {
      double radius = distances.back();
      for_nearest(neighbours, halves, i, variant, k, [&](std::size_t place, std::size_t seen) {
        if (seen == k) radius = distances[place];
      });
      balls.squared_radii.push_back(radius);
      largest = std::max(largest, radius);
    }
    balls.largest.push_back(largest);
  }
  return balls;
}

Balls clipped_balls(const Balls& balls, const Halves& halves) {
  Balls clipped = balls;
  for (std::size_t variant = 0; variant < kBallVariants; ++variant) {
    const auto part_of = [&](std::size_t i) { return variant > 0 && halves.in_second(i, variant - 1) ? 1U : 0U; };
    std::vector<double> radii[2];
    for (std::size_t i = 0; i < balls.rows(); ++i) radii[part_of(i)].push_back(balls.squared_radius(i, variant));
    double medians[2] = {};
    for (const unsigned part : {0U, 1U}) {
      if (!radii[part].empty()) medians[part] = squared_median(std::move(radii[part]));
    }
    for (std::size_t i = 0; i < balls.rows(); ++i) {
      double& radius = clipped.squared_radii[i * kBallVariants + variant];
      radius = std::min(radius, medians[part_of(i)]);
    }
  }
  return clipped;
}

std::vector<std::size_t> own_balls(const Neighbours& neighbours, const Halves& halves, const Balls& clipped,
                                   std::size_t k) {
  std::vector<std::size_t> counts(neighbours.rows * kBallVariants);
  for (std::size_t i = 0; i < neighbours.rows; ++i) {
    const auto indices = neighbours.indices(i);
    const auto distances = neighbours.distances(i);
    for (std::size_t variant = 0; variant < kBallVariants; ++variant) {
      for_nearest(neighbours, halves, i, variant, k, [&](std::size_t place, std::size_t) {
        if (distances[place] > clipped.squared_radius(i, variant)) return;
        ++counts[indices[place] * kBallVariants + variant];
      });
    }
  }
  return counts;
}

}  // namespace ersatz::metrics
