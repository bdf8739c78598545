#include "metrics/authenticity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "metrics/features.hpp"
#include "metrics/nearest.hpp"

namespace ersatz::metrics {
namespace {

constexpr double kNormal95 = 1.959964;  // 95 % of a normal distribution lie so many deviations from its mean

Estimate share_of(std::size_t some, std::size_t all) {
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(some) / n;
  return {share, std::sqrt(share * (1 - share) / n)};
}

// The standard error of the share of generated images whose nearest photograph is a training image: by which half of
// the photographs were trained on. `counts` are of how many generated images each is the nearest. A photograph that is
// the nearest of many moves the share by all of them at once. The variance of a sum over a random half, drawn without
// replacement; but no less than that of a share.
double error_of_halves(const std::vector<std::size_t>& counts, double share, std::size_t decided) {
  const auto photographs = static_cast<double>(counts.size()), n = static_cast<double>(decided);
  double squares = 0;
  for (const std::size_t count : counts) squares += std::pow(static_cast<double>(count) - n / photographs, 2);
  const double variance = photographs / 4 * squares / (photographs - 1) / (n * n);
  return std::sqrt(std::max(variance, share * (1 - share) / n));
}

}  // namespace

Estimate authenticity(const Matrix& training, const Matrix& generated, unsigned threads) {
  require_features(training, "the training images", 2);
  require_features(generated, "the generated images", training, "the training images");
  const Neighbours found = nearest(generated, training, 1, threads);
  // Only of training images that are nearest to a generated one.
  std::vector<std::uint32_t> wanted = found.index;
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  // Each finds itself, or a copy of it, at 0; the second is its nearest neighbour.
  const Neighbours own = nearest(chosen_rows(training, wanted), training, 2, threads);
  std::size_t authentic = 0;
  for (std::size_t j = 0; j < generated.rows; ++j) {
    const auto at = std::ranges::lower_bound(wanted, found.index[j]) - wanted.begin();
    if (own.distances(static_cast<std::size_t>(at))[1] < found.squared[j]) ++authentic;
  }
  return share_of(authentic, generated.rows);
}

Memorisation memorisation(const Matrix& training, const Matrix& held_out, const Matrix& generated, std::size_t listed,
                          unsigned threads) {
  require_features(training, "the training images", held_out, "the held-out images");
  require_features(generated, "the generated images", training, "the training images");
  if (training.rows != held_out.rows) {
    throw Error(fmt::format("{} training and {} held-out images: the larger set would be nearer by its size alone",
                            training.rows, held_out.rows),
                "take as many of each");
  }
  const Neighbours to_training = nearest(generated, training, 1, threads);
  const Neighbours to_held_out = nearest(generated, held_out, 1, threads);
  Memorisation result;
  std::size_t nearer = 0;
  std::vector<std::size_t> counts(training.rows + held_out.rows);  // of how many each photograph is the nearest
  for (std::size_t j = 0; j < generated.rows; ++j) {
    const double one = to_training.squared[j], other = to_held_out.squared[j];
    if (one < other) ++nearer;
    if (one == other) {
      ++result.equally_near;
    } else {
      ++counts[one < other ? to_training.index[j] : training.rows + to_held_out.index[j]];
    }
    if (one == 0) ++result.exact_copies;
    result.nearest.push_back({static_cast<std::uint32_t>(j), to_training.index[j], std::sqrt(one), std::sqrt(other),
                              one == other ? 1 : std::sqrt(one / other)});
  }
  const std::size_t decided = generated.rows - result.equally_near;
  const double share = static_cast<double>(nearer) / static_cast<double>(decided);
  result.nearer_to_training = {share, error_of_halves(counts, share, decided)};
  if (decided > 0) {
    const double margin = kNormal95 * result.nearer_to_training.se;
    result.interval = stats::within({share - margin, share + margin}, stats::kShares);
  }
  const auto key = [](const NearCopy& copy) {
    return std::tuple(copy.to_training > 0, copy.ratio, copy.to_training, copy.generated);
  };
  const auto end = result.nearest.begin() + static_cast<std::ptrdiff_t>(std::min(listed, result.nearest.size()));
  std::ranges::partial_sort(result.nearest, end, {}, key);
  result.nearest.erase(end, result.nearest.end());
  return result;
}

}  // namespace ersatz::metrics
