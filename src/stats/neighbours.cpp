#include "stats/neighbours.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

#include "base/vectorised.hpp"

namespace ersatz::stats {
namespace {

constexpr double kFarthest = 2;
using Places = std::vector<std::uint32_t>;

std::map<std::int32_t, Places> places_by_class(std::span<const std::int32_t> labels) {
  std::map<std::int32_t, Places> classes;
  for (std::uint32_t i = 0; i < labels.size(); ++i) classes[labels[i]].push_back(i);
  return classes;
}

// Raises `largest` [places] to the dot products of `row` with these rows of `matrix`, where they are larger.
[[gnu::always_inline]] inline void raise_loop(const float* row, const Matrix& matrix, const Places& places,
                                              float* largest) {
  constexpr std::size_t kLanes = 16;
  const std::size_t width = matrix.columns, whole = width / kLanes * kLanes;
  for (std::size_t p = 0; p < places.size(); ++p) {
    const float* other = matrix.values.data() + places[p] * width;
    float lanes[kLanes] = {};
    for (std::size_t i = 0; i < whole; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += row[i + lane] * other[i + lane];
    }
    float sum = 0;
    for (const float lane : lanes) sum += lane;
    for (std::size_t i = whole; i < width; ++i) sum += row[i] * other[i];
    largest[p] = std::max(largest[p], sum);
  }
}

void raise(const float* row, const Matrix& matrix, const Places& places, std::vector<float>& largest) {
  vectorised<raise_loop>(row, matrix, places, largest.data());
}

std::vector<float> mean_row(const Matrix& rows, const Places& places) {
  std::vector<double> sum(rows.columns);
  for (const std::uint32_t i : places) {
    const auto row = rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) sum[c] += row[c];
  }
  std::vector<float> mean;
  for (const double value : sum) mean.push_back(static_cast<float>(value / static_cast<double>(places.size())));
  return mean;
}

}  // namespace

std::vector<double> nearest_distances(const Matrix& rows, std::span<const std::int32_t> labels, const Matrix& others,
                                      std::span<const std::int32_t> other_labels) {
  std::vector<double> distances(labels.size(), kFarthest);
  const auto own = places_by_class(labels), theirs = places_by_class(other_labels);
  for (const auto& [label, places] : own) {
    const auto found = theirs.find(label);
    if (found == theirs.end()) continue;
    std::vector<float> largest(places.size(), -1);
    for (const std::uint32_t other : found->second) raise(others.row(other).data(), rows, places, largest);
    for (std::size_t p = 0; p < places.size(); ++p) distances[places[p]] = 1 - static_cast<double>(largest[p]);
  }
  return distances;
}

std::vector<double> distinctness(const Matrix& rows, std::span<const std::int32_t> labels) {
  std::vector<double> distances(labels.size());
  for (const auto& [label, members] : places_by_class(labels)) {
    std::vector<float> to_mean(members.size(), -1);
    raise(mean_row(rows, members).data(), rows, members, to_mean);
    Places left = members;
    std::vector<float> largest(left.size(), -1);  // the cosine to the nearest that was taken
    auto next = static_cast<std::size_t>(std::ranges::max_element(to_mean) - to_mean.begin());
    while (!left.empty()) {
      const std::uint32_t taken = left[next];
      distances[taken] = 1 - static_cast<double>(largest[next]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
      largest.erase(largest.begin() + static_cast<std::ptrdiff_t>(next));
      raise(rows.row(taken).data(), rows, left, largest);
      next = static_cast<std::size_t>(std::ranges::min_element(largest) - largest.begin());
    }
  }
  return distances;
}

}  // namespace ersatz::stats
