#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/npy.hpp"
#include "base/random.hpp"

namespace ersatz::metrics {

/// What other software says: tests/metrics/make_fixtures.py wrote it.
inline const Json& fixtures(const char* part) {
  static const Json content = read_json(ERSATZ_SOURCE_DIR "/tests/metrics/fixtures.json");
  return content.at(part);
}

/// One of the sets in the fixtures: "real", "generated", "held_out", "few_real", "few_generated".
inline Matrix fixture_rows(const char* name) {
  Matrix rows;
  for (const Json& row : fixtures(name)) {
    for (const Json& value : row) rows.values.push_back(value.get<float>());
    ++rows.rows;
    rows.columns = row.size();
  }
  return rows;
}

inline Matrix rows_of(std::initializer_list<std::initializer_list<float>> rows) {
  Matrix matrix;
  for (const auto& row : rows) {
    matrix.values.insert(matrix.values.end(), row.begin(), row.end());
    ++matrix.rows;
    matrix.columns = row.size();
  }
  return matrix;
}

/// Independent normal numbers.
inline Matrix normals(Random& random, std::size_t n, std::size_t d, float mean = 0, float deviation = 1) {
  Matrix rows{n, d, std::vector<float>(n * d)};
  for (float& value : rows.values) value = mean + deviation * random.normal();
  return rows;
}

/// The same rows in another order.
inline Matrix shuffled(const Matrix& rows, std::uint64_t seed) {
  std::vector<std::size_t> order(rows.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed, "order");
  random.shuffle(std::span(order));
  Matrix result{rows.rows, rows.columns, {}};
  for (const std::size_t i : order) {
    const auto row = rows.row(i);
    result.values.insert(result.values.end(), row.begin(), row.end());
  }
  return result;
}

inline Matrix with_nan(Matrix rows) {
  rows.values[1] = std::nanf("");
  return rows;
}

/// The mean standard error that estimates report, over the standard deviation of their values: 1 when errors are right.
class ErrorCheck {
 public:
  template <typename Estimate>
  void add(const Estimate& estimate) {
    values_.push_back(estimate.value);
    errors_ += estimate.se;
  }
  double mean() const { return std::accumulate(values_.begin(), values_.end(), 0.0) / count(); }
  double ratio() const {
    double squares = 0;
    for (const double value : values_) squares += (value - mean()) * (value - mean());
    return errors_ / count() / std::sqrt(squares / (count() - 1));
  }

 private:
  double count() const { return static_cast<double>(values_.size()); }
  std::vector<double> values_;
  double errors_ = 0;
};

}  // namespace ersatz::metrics
