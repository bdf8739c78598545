#include "metrics/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::metrics {

void require_features(const Matrix& rows, std::string_view name, std::size_t least) {
  constexpr float kLargest = 1e15F;  // squared distances of more than a million columns stay finite in float32
  if (rows.rows < least) {
    throw Error(fmt::format("{} are {}, and this metric takes at least {}", name, rows.rows, least));
  }
  if (rows.columns == 0) throw Error(fmt::format("{} have no features", name));
  for (std::size_t i = 0; i < rows.rows; ++i) {
    for (const float value : rows.row(i)) {
      // (Written so that NaN fails.)
      if (!(std::abs(value) <= kLargest)) {
        throw Error(fmt::format("{}: row {} has the feature {}", name, i, value), "features must be finite numbers");
      }
    }
  }
}

void require_features(const Matrix& one, std::string_view one_name, const Matrix& other, std::string_view other_name,
                      std::size_t least) {
  require_features(one, one_name, least);
  require_features(other, other_name, least);
  if (one.columns != other.columns) {
    throw Error(fmt::format("{} have {} features each, {} have {}", one_name, one.columns, other_name, other.columns),
                "both sets must come from the same backbone");
  }
}

unsigned thread_count(unsigned threads, std::size_t tasks) {
  const unsigned wanted = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::clamp<std::size_t>(tasks, 1, wanted));
}

Matrix chosen_rows(const Matrix& rows, std::span<const std::uint32_t> chosen) {
  Matrix result{chosen.size(), rows.columns, {}};
  result.values.reserve(chosen.size() * rows.columns);
  for (const std::uint32_t i : chosen) {
    const auto row = rows.row(i);
    result.values.insert(result.values.end(), row.begin(), row.end());
  }
  return result;
}

std::vector<std::uint32_t> random_subset(std::size_t n, std::size_t count, std::string_view purpose,
                                         std::uint32_t draw) {
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  Random random(0, purpose, draw);
  random.shuffle(std::span(all));
  all.resize(std::min(count, n));
  return all;
}

}  // namespace ersatz::metrics
