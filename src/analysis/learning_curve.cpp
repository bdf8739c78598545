#include "analysis/learning_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/monotone.hpp"
#include "stats/monotone_cubic.hpp"

namespace ersatz::analysis {
namespace {

constexpr std::size_t kFewestForLaw = 4;
constexpr double kLeastRSquared = 0.98;

// Numbers of images at which the curve is looked at: its points, what lies evenly between them, and `best`.
std::vector<double> looked_at(const std::vector<double>& points, double best) {
  constexpr int kBetween = 16;
  std::vector<double> images;
  for (std::size_t j = 0; j + 1 < points.size(); ++j) {
    const double step = std::log(points[j + 1] / points[j]) / kBetween;
    images.push_back(points[j]);
    for (int i = 1; i < kBetween; ++i) images.push_back(points[j] * std::exp(i * step));
  }
  images.push_back(points.back());
  if (best > points.front() && best < points.back()) images.push_back(best);
  std::ranges::sort(images);
  return images;
}

// Where the answer to a question changes between a number of images with it and one without.
template <typename Accepts>
double boundary(double accepted, double refused, const Accepts& accepts) {
  for (int step = 0; step < 50; ++step) {
    const double middle = std::sqrt(accepted * refused);
    (accepts(middle) ? accepted : refused) = middle;
  }
  return accepted;
}

}  // namespace

LearningCurve::LearningCurve(const std::vector<double>& images, const std::vector<double>& accuracies)
    : images_(images) {
  if (images.size() < 2 || images.size() != accuracies.size() || !(images.front() > 0)) {
    throw Error("a learning curve needs at least two numbers of images, each with its accuracy");
  }
  for (const double n : images) logs_.push_back(std::log(n));
  accuracies_ = stats::isotonic_regression(accuracies);
}

double LearningCurve::images_for(double accuracy) const {
  if (accuracy < accuracies_.front()) return 0;
  const auto place = stats::inverse(logs_, accuracies_, accuracy);
  return place ? std::exp(*place) : std::numeric_limits<double>::infinity();
}

double LearningCurve::images_by_cubic(double accuracy) const {
  if (accuracy < accuracies_.front()) return 0;
  const auto place = stats::inverse_of_cubic(logs_, accuracies_, accuracy);
  return place ? std::exp(*place) : std::numeric_limits<double>::infinity();
}

std::vector<double> LearningCurve::weights_at(double images) const {
  std::vector<double> weights(images_.size());
  // Neighbours of one accuracy were made so: each has its share of what one of them has.
  const auto add = [&](std::size_t j, double weight) {
    const auto [first, last] = std::ranges::equal_range(accuracies_, accuracies_[j]);
    for (auto point = first; point != last; ++point) {
      weights[static_cast<std::size_t>(point - accuracies_.begin())] += weight / static_cast<double>(last - first);
    }
  };
  const double place = std::clamp(std::log(images), logs_.front(), logs_.back());
  const auto right = static_cast<std::size_t>(std::ranges::lower_bound(logs_, place) - logs_.begin());
  if (right == 0) {
    add(0, 1);
    return weights;
  }
  const double share = (logs_[right] - place) / (logs_[right] - logs_[right - 1]);
  add(right - 1, share);
  add(right, 1 - share);
  return weights;
}

stats::Interval images_interval(const LearningCurve& line, const stats::Crossed& runs,
                                const std::vector<std::size_t>& curve, std::size_t reached, double level) {
  const auto above = [&](double images) {
    const std::vector<double> on_curve = line.weights_at(images);
    std::vector<double> weights(runs.cells());
    weights[reached] += 1;
    for (std::size_t j = 0; j < curve.size(); ++j) weights[curve[j]] -= on_curve[j];
    return runs.contrast(weights).interval(level);
  };
  const auto accepts = [&](double images) {
    const stats::Interval d = above(images);
    return d.low <= 0 && d.high >= 0;
  };
  const std::vector<double> images = looked_at(line.points(), line.images_for(runs.cell(reached).mean));
  const auto first = std::ranges::find_if(images, accepts);
  const auto last = std::find_if(images.rbegin(), images.rend(), accepts);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const bool maybe_below = above(line.fewest()).low <= 0, maybe_beyond = above(line.most()).high >= 0;
  stats::Interval interval{kInfinity, 0};
  if (first != images.end()) {
    interval.low = first == images.begin() ? *first : boundary(*first, *(first - 1), accepts);
    interval.high = last == images.rbegin() ? *last : boundary(*last, *(last - 1), accepts);
  }
  if (maybe_below) interval.low = 0;
  if (maybe_beyond) interval.high = kInfinity;
  return interval;
}

std::optional<stats::PowerLaw> fitting_power_law(const std::vector<double>& images,
                                                 const std::vector<double>& accuracies) {
  if (images.size() < kFewestForLaw) return std::nullopt;
  const stats::PowerLaw law = stats::fit_power_law(images, accuracies);
  if (law.degenerate || law.r_squared < kLeastRSquared) return std::nullopt;
  return law;
}

}  // namespace ersatz::analysis
