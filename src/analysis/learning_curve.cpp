#include "analysis/learning_curve.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/monotone.hpp"

namespace ersatz::analysis {
namespace {

constexpr std::size_t kFewestForLaw = 4;
constexpr double kLeastRSquared = 0.98;

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

std::optional<stats::PowerLaw> fitting_power_law(const std::vector<double>& images,
                                                 const std::vector<double>& accuracies) {
  if (images.size() < kFewestForLaw) return std::nullopt;
  const stats::PowerLaw law = stats::fit_power_law(images, accuracies);
  if (law.degenerate || law.r_squared < kLeastRSquared) return std::nullopt;
  return law;
}

}  // namespace ersatz::analysis
