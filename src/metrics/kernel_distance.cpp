#include "metrics/kernel_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "metrics/distances.hpp"
#include "metrics/features.hpp"
#include "metrics/jackknife.hpp"
#include "metrics/kernel_sums.hpp"

namespace ersatz::metrics {
namespace {

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// The squared error of the mean of values.
double squared_error(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1) / static_cast<double>(values.size());
}

void divide(std::vector<double>& values, std::size_t by) {
  for (double& value : values) value /= static_cast<double>(by);
}

// 2 (own - other), of each image.
std::vector<double> first_order(const std::vector<double>& own, const std::vector<double>& other) {
  std::vector<double> terms;
  terms.reserve(own.size());
  for (std::size_t i = 0; i < own.size(); ++i) terms.push_back(2 * (own[i] - other[i]));
  return terms;
}

// `own(i, sums)` is the mean of the kernel of image i with its own set.
template <typename Kernel, typename Own>
Estimate discrepancy(const Matrix& one, const Matrix& other, const Kernel& kernel, const Own& own, unsigned threads) {
  KernelSums between = kernel_sums(one, other, kernel, threads);
  divide(between.rows, other.rows);
  divide(between.columns, one.rows);
  const std::vector<double> in_one = own(one, kernel_sums(one, kernel, threads));
  const std::vector<double> in_other = own(other, kernel_sums(other, kernel, threads));
  return {mean_of(in_one) + mean_of(in_other) - 2 * mean_of(between.rows),
          std::sqrt(squared_error(first_order(in_one, between.rows)) +
                    squared_error(first_order(in_other, between.columns)))};
}

Estimate cubic_distance(const Matrix& one, const Matrix& other, unsigned threads) {
  const auto width = static_cast<double>(one.columns);
  const auto kernel = [width](double product, double, double) {
    const double base = product / width + 1;
    return base * base * base;
  };
  const auto without_itself = [&](const Matrix& rows, std::vector<double> sums) {
    const auto squares = squared_lengths<double>(rows);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] -= kernel(squares[i], squares[i], squares[i]);
    divide(sums, rows.rows - 1);
    return sums;
  };
  return discrepancy(one, other, kernel, without_itself, threads);
}

}  // namespace

Estimate kernel_inception_distance(const Matrix& real, const Matrix& generated, unsigned threads) {
  require_features(real, "the real images", generated, "the generated images", 2);
  return cubic_distance(real, generated, threads);
}

SubsetDistances kernel_inception_distance_of_subsets(const Matrix& real, const Matrix& generated, std::size_t subsets,
                                                     std::size_t size, unsigned threads) {
  require_features(real, "the real images", generated, "the generated images", 2);
  if (subsets < 2 || size < 2) throw Error(fmt::format("{} subsets of {} images: take two or more", subsets, size));
  SubsetDistances result{subsets, std::min({size, real.rows, generated.rows}), 0, 0};
  const auto values = for_groups(subsets, threads, [&](std::size_t k) {
    const auto draw = static_cast<std::uint32_t>(k);
    return cubic_distance(chosen_rows(real, random_subset(real.rows, result.size, "real subset", draw)),
                          chosen_rows(generated, random_subset(generated.rows, result.size, "generated subset", draw)),
                          1)
        .value;
  });
  result.mean = mean_of(values);
  result.deviation = std::sqrt(squared_error(values) * static_cast<double>(subsets));
  return result;
}

Estimate gaussian_distance(const Matrix& real, const Matrix& generated, double sigma, unsigned threads) {
  require_features(real, "the real images", generated, "the generated images", 2);
  if (!(sigma > 0)) throw Error(fmt::format("a kernel cannot have the width {}", sigma));
  const double factor = -1 / (2 * sigma * sigma);
  const auto kernel = [factor](double product, double one, double other) {
    return std::exp(factor * std::max(0.0, one + other - 2 * product));
  };
  const auto with_itself = [](const Matrix& rows, std::vector<double> sums) {
    divide(sums, rows.rows);
    return sums;
  };
  constexpr double kScale = 1000;
  const Estimate distance = discrepancy(real, generated, kernel, with_itself, threads);
  return {kScale * distance.value, kScale * distance.se};
}

double median_distance(const Matrix& real, const Matrix& generated) {
  require_features(real, "the real images", generated, "the generated images");
  constexpr std::size_t kMost = 2000;
  const auto chosen = random_subset(real.rows + generated.rows, kMost, "median distance");
  const auto row = [&](std::uint32_t i) { return i < real.rows ? real.row(i) : generated.row(i - real.rows); };
  std::vector<double> distances;
  distances.reserve(chosen.size() * (chosen.size() - 1) / 2);
  for (std::size_t a = 0; a < chosen.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b)
      distances.push_back(std::sqrt(squared_distance(row(chosen[a]), row(chosen[b]))));
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::ranges::nth_element(distances, middle);
  return distances.size() % 2 == 1 ? *middle : (*std::max_element(distances.begin(), middle) + *middle) / 2;
}

}  // namespace ersatz::metrics
