#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ersatz::quality {

/// What is measured of the images of a source beside photographs (src/metrics).
enum class Metric {
  frechet,
  frechet_at_infinity,
  kernel_distance,
  gaussian_distance,
  precision,
  recall,
  density,
  coverage,
  clipped_density,
  clipped_coverage,
  vendi,
  authenticity,
  logistic,
  neighbours,
};
inline constexpr std::size_t kMetrics = 14;

/// What a larger value says of the source.
enum class Better { lower, higher, half };

struct MetricFacts {
  Metric metric;
  std::string_view name;   ///< for programs: "clipped_density"
  std::string_view title;  ///< for tables: "clipped density"
  std::string_view says;   ///< in some words: "one number for how good and how varied"
  Better better;           ///< half: 0.5 is what photographs have
};

/// Of all metrics, in the order of the enumeration.
const std::array<MetricFacts, kMetrics>& metric_facts();

}  // namespace ersatz::quality
