#include "data/derive/mean_distance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "base/stop.hpp"

namespace ersatz::data {

std::vector<double> mean_distances(std::span<const Candidate> images) {
  if (images.empty()) return {};
  // Whole numbers: the order of the images cannot matter.
  std::vector<std::uint64_t> sums(images.front().image.pixels().size(), 0);
  for (const Candidate& image : images) {
    if (stop_requested()) throw Stopped();
    const auto pixels = image.image.pixels();
    for (std::size_t i = 0; i < pixels.size(); ++i) sums[i] += pixels[i];
  }
  std::vector<double> mean;
  for (const std::uint64_t sum : sums) mean.push_back(static_cast<double>(sum) / static_cast<double>(images.size()));
  std::vector<double> distances;
  for (const Candidate& image : images) {
    if (stop_requested()) throw Stopped();
    const auto pixels = image.image.pixels();
    double distance = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) distance += (pixels[i] - mean[i]) * (pixels[i] - mean[i]);
    distances.push_back(distance);
  }
  return distances;
}

std::vector<Candidate> by_mean_distance(const std::vector<Candidate>& images, double share, bool nearest) {
  if (images.empty()) return {};
  const std::vector<double> distances = mean_distances(images);
  std::vector<std::size_t> order(images.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Where two are equally far the one that is taken first goes first.
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return nearest ? distances[a] < distances[b] : distances[a] > distances[b];
  });
  const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(images.size())));
  order.resize(std::max(std::size_t{1}, wanted));
  std::ranges::sort(order);
  std::vector<Candidate> chosen;
  for (const std::size_t i : order) chosen.push_back(images[i]);
  return chosen;
}

}  // namespace ersatz::data
