#include "metrics/two_sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "metrics/features.hpp"
#include "metrics/jackknife.hpp"
#include "metrics/nearest.hpp"
#include "stats/logistic.hpp"

namespace ersatz::metrics {
namespace {

constexpr std::size_t kFolds = 5, kNeighbours = 5;

// Real images first, then as many generated ones.
struct Pool {
  Matrix rows;
  std::vector<std::uint8_t> generated;
};

Pool pool_of(const Matrix& real, const Matrix& generated, std::size_t each) {
  Pool pool;
  pool.rows = real.rows == each ? real : chosen_rows(real, random_subset(real.rows, each, "real subset"));
  const Matrix others = generated.rows == each
                            ? generated
                            : chosen_rows(generated, random_subset(generated.rows, each, "generated subset"));
  pool.rows.rows += each;
  pool.rows.values.insert(pool.rows.values.end(), others.values.begin(), others.values.end());
  pool.generated.assign(2 * each, 0);
  std::fill(pool.generated.begin() + static_cast<std::ptrdiff_t>(each), pool.generated.end(), std::uint8_t{1});
  return pool;
}

Estimate accuracy(double right, std::size_t images) {
  const auto n = static_cast<double>(images);
  return {right / n, std::sqrt(right / n * (1 - right / n) / n)};
}

double right_in_fold(const Pool& pool, const std::vector<std::size_t>& folds, std::size_t fold) {
  std::vector<std::uint32_t> others;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (folds[i] != fold) others.push_back(static_cast<std::uint32_t>(i));
  }
  Matrix scaled = pool.rows;
  stats::scale(scaled, stats::scaling_of(pool.rows, others));
  const auto fitted = stats::fit_logistic(scaled, others, pool.generated, static_cast<double>(pool.rows.columns));
  double right = 0;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (folds[i] != fold) continue;
    const double odds = fitted.log_odds(scaled.row(i));
    if (odds == 0) {
      right += 0.5;
    } else if ((odds > 0) == (pool.generated[i] != 0)) {
      right += 1;
    }
  }
  return right;
}

Estimate logistic_accuracy(const Pool& pool, unsigned threads) {
  const std::size_t each = pool.rows.rows / 2;
  std::vector<std::size_t> folds(pool.rows.rows);
  for (const std::size_t first : {std::size_t{0}, each}) {
    const auto order = random_subset(each, each, first == 0 ? "real folds" : "generated folds");
    for (std::size_t place = 0; place < each; ++place) folds[first + order[place]] = place % kFolds;
  }
  double right = 0;
  for (const double part : for_groups(kFolds, threads, [&](std::size_t f) { return right_in_fold(pool, folds, f); })) {
    right += part;
  }
  return accuracy(right, pool.rows.rows);
}

Estimate neighbour_accuracy(const Pool& pool, unsigned threads) {
  const Neighbours neighbours = nearest_others(pool.rows, kNeighbours, threads);
  double right = 0;
  for (std::size_t i = 0; i < pool.rows.rows; ++i) {
    std::size_t alike = 0;
    for (const std::uint32_t j : neighbours.indices(i)) alike += pool.generated[j] == pool.generated[i] ? 1 : 0;
    if (2 * alike > kNeighbours) right += 1;
  }
  return accuracy(right, pool.rows.rows);
}

}  // namespace

TwoSample two_sample(const Matrix& real, const Matrix& generated, unsigned threads) {
  require_features(real, "the real images", generated, "the generated images", kFolds);
  TwoSample result;
  result.images = std::min(real.rows, generated.rows);
  const Pool pool = pool_of(real, generated, result.images);
  result.logistic = logistic_accuracy(pool, threads);
  result.nearest_neighbours = neighbour_accuracy(pool, threads);
  return result;
}

}  // namespace ersatz::metrics
