#include "metrics/neighbourhoods.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "metrics/ball_members.hpp"
#include "metrics/features.hpp"
#include "metrics/products.hpp"

namespace ersatz::metrics {
namespace {

// Whose mean is taken: the images of a whole set, or those of a half.
struct Part {
  std::size_t variant = 0;
  bool second = false;

  bool has(const Halves& halves, std::size_t row) const {
    return variant == 0 || halves.in_second(row, variant - 1) == second;
  }
};

template <typename Value>
double mean_over(const Part& part, const Halves& halves, const Value& value) {
  double sum = 0;
  std::size_t rows = 0;
  for (std::size_t row = 0; row < halves.rows(); ++row) {
    if (!part.has(halves, row)) continue;
    sum += value(row * kBallVariants + part.variant);
    ++rows;
  }
  return sum / static_cast<double>(rows);
}

// The mean of counts [rows, kBallVariants], none taken as more than k, over k.
template <typename Count>
double clipped_mean(const Part& part, const Halves& halves, const std::vector<Count>& counts, std::size_t k) {
  return mean_over(part, halves, [&](std::size_t at) {
    return static_cast<double>(std::min<std::size_t>(counts[at], k)) / static_cast<double>(k);
  });
}

double share_of_masks(const Part& part, const Halves& halves, const std::vector<std::uint32_t>& masks) {
  return mean_over(part, halves,
                   [&](std::size_t at) { return static_cast<double>(masks[at / kBallVariants] >> part.variant & 1U); });
}

// Of both sets and of their halves. `halves_too`: whether halves are large enough for balls.
template <typename Value>
Estimate estimate(const Value& value, bool halves_too) {
  Estimate estimate{value(Part{})};
  if (halves_too) {
    estimate.se = halves_error([&](std::size_t split, bool second) { return value(Part{1 + split, second}); });
  }
  return estimate;
}

// From the mean of clipped counts to the share of good images, by the slope of the one over the other.
Estimate on_scale(const Estimate& raw, std::size_t real, std::size_t generated, std::size_t k) {
  Estimate scaled{clipped_coverage_scale(raw.value, real, generated, k)};
  const auto good = static_cast<std::size_t>(scaled.value * static_cast<double>(generated));
  const std::size_t low = good > 0 ? good - 1 : 0, high = std::min(good + 1, generated);
  const double rise = expected_clipped_coverage(real, high, k) - expected_clipped_coverage(real, low, k);
  scaled.se = raw.se * static_cast<double>(high - low) / static_cast<double>(generated) / rise;
  return scaled;
}

void require_balls(const Matrix& rows, const char* name, std::size_t k) {
  if (k == 0 || rows.rows <= k) {
    throw Error(fmt::format("{} are {}: too few for balls that reach to nearest neighbour {}", name, rows.rows, k));
  }
}

void require_sets(const Matrix& real, const Matrix& generated, const NeighbourhoodOptions& options) {
  require_features(real, "the real images", generated, "the generated images");
  require_balls(real, "the real images", options.k);
  require_balls(generated, "the generated images", options.k);
  if (real.rows != generated.rows && !options.unmatched) {
    throw Error(fmt::format("{} real and {} generated images cannot be compared by their neighbours", real.rows,
                            generated.rows),
                "these metrics depend on the sizes of the sets: take as many of each");
  }
}

}  // namespace

Neighbourhoods neighbourhoods(const Matrix& real, const Matrix& generated, const NeighbourhoodOptions& options) {
  require_sets(real, generated, options);
  const std::size_t k = options.k;
  const Halves real_halves(real.rows, "real halves"), generated_halves(generated.rows, "generated halves");
  const Neighbours neighbours = nearest_others(real, neighbours_for_balls(real.rows, k), options.threads);
  const Balls balls = balls_of(neighbours, real_halves, k), clipped = clipped_balls(balls, real_halves);
  const Balls generated_balls = balls_of(
      nearest_others(generated, neighbours_for_balls(generated.rows, k), options.threads), generated_halves, k);
  const auto own = own_balls(neighbours, real_halves, clipped, k);
  const unsigned threads = thread_count(options.threads, (real.rows + kBlockRows - 1) / kBlockRows);
  const BallMembers members =
      ball_members({real, real_halves, balls}, clipped, {generated, generated_halves, generated_balls}, threads);

  const bool halves_too = std::min(real.rows, generated.rows) / 2 > k;
  const auto mean_in_balls = [&](const Part& part) {
    return mean_over(part, real_halves, [&](std::size_t at) { return static_cast<double>(members.in_ball[at]); });
  };
  const double real_per_generated = static_cast<double>(real.rows) / static_cast<double>(generated.rows);
  Neighbourhoods result;
  result.precision = estimate(
      [&](const Part& part) { return share_of_masks(part, generated_halves, members.generated_masks); }, halves_too);
  result.recall =
      estimate([&](const Part& part) { return share_of_masks(part, real_halves, members.real_masks); }, halves_too);
  result.density = estimate(
      [&](const Part& part) { return mean_in_balls(part) * real_per_generated / static_cast<double>(k); }, halves_too);
  result.coverage =
      estimate([&](const Part& part) { return clipped_mean(part, real_halves, members.in_ball, 1); }, halves_too);
  result.clipped_density = estimate(
      [&](const Part& part) {
        return clipped_mean(part, generated_halves, members.clipped_balls, k) / clipped_mean(part, real_halves, own, k);
      },
      halves_too);
  result.clipped_density.value = std::min(result.clipped_density.value, 1.0);
  const Estimate raw =
      estimate([&](const Part& part) { return clipped_mean(part, real_halves, members.in_ball, k); }, halves_too);
  result.clipped_coverage = on_scale(raw, real.rows, generated.rows, k);
  return result;
}

}  // namespace ersatz::metrics
