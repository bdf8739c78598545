#include "audit/telling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "audit/parallel.hpp"
#include "stats/logistic.hpp"

namespace ersatz::audit {
namespace {

struct Fold {
  stats::RocArea area;
  std::size_t right = 0, images = 0;
};

// The columns that vary, scaled. A column that never does tells nothing.
std::size_t keep_varying(Matrix& rows) {
  std::vector<std::uint32_t> all(rows.rows);
  std::iota(all.begin(), all.end(), 0U);
  const stats::Scaling scaling = stats::scaling_of(rows, all);
  stats::scale(rows, scaling);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < rows.columns; ++i) {
    if (scaling.deviation[i] > 0) kept.push_back(i);
  }
  if (kept.size() == rows.columns) return rows.columns;
  std::size_t to = 0;
  for (std::size_t r = 0; r < rows.rows; ++r) {
    for (const std::size_t i : kept) rows.values[to++] = rows.values[r * rows.columns + i];
  }
  rows.columns = kept.size();
  rows.values.resize(to);
  return rows.columns;
}

Fold test_fold(const Matrix& rows, std::span<const std::uint8_t> second, std::span<const std::uint32_t> order,
               std::size_t fold) {
  std::vector<std::uint32_t> train, test;
  for (std::uint32_t r = 0; r < rows.rows; ++r) (order[r] % kFolds == fold ? test : train).push_back(r);
  const stats::Logistic fitted = stats::fit_logistic(rows, train, second, static_cast<double>(rows.columns));
  std::vector<double> odds;
  std::vector<std::uint8_t> truth;
  Fold found;
  for (const std::uint32_t r : test) {
    odds.push_back(fitted.log_odds(rows.row(r)));
    truth.push_back(second[r]);
    found.right += (odds.back() > 0) == (truth.back() != 0) ? 1 : 0;
  }
  found.images = test.size();
  found.area = stats::roc_area(odds, truth);
  return found;
}

}  // namespace

Telling tell_apart(Matrix& rows, std::span<const std::uint8_t> second, std::span<const std::uint32_t> order,
                   unsigned threads) {
  Telling telling;
  if (keep_varying(rows) == 0) {
    telling.alike = true;
    return telling;
  }
  std::array<Fold, kFolds> folds;
  for_each(kFolds, threads,
           [&] { return [&](std::size_t fold) { folds.at(fold) = test_fold(rows, second, order, fold); }; });
  std::vector<stats::RocArea> areas;
  std::size_t right = 0, images = 0;
  for (const Fold& fold : folds) {
    areas.push_back(fold.area);
    right += fold.right;
    images += fold.images;
  }
  telling.area = stats::mean_area(areas);
  constexpr double kOverlap = 1 + kFolds / (kFolds - 1.0);
  telling.area.se *= std::sqrt(kOverlap);
  telling.area_interval = stats::interval_of(telling.area);
  telling.accuracy = static_cast<double>(right) / static_cast<double>(images);
  const auto counted = [](std::size_t number) {
    return static_cast<std::uint64_t>(std::lround(static_cast<double>(number) / kOverlap));
  };
  telling.accuracy_interval = stats::wilson_interval(counted(right), counted(images));
  return telling;
}

}  // namespace ersatz::audit
