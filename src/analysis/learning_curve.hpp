#pragma once

#include <optional>
#include <vector>

#include "stats/power_law.hpp"

namespace ersatz::analysis {

/// Accuracy against the number of training images of one source, made monotone (more images never lower it:
/// stats::isotonic_regression) and linear in log(images) between the points.
class LearningCurve {
 public:
  /// At least two points, with images increasing strictly. Throws Error otherwise.
  LearningCurve(const std::vector<double>& images, const std::vector<double>& accuracies);

  /// The smallest number of images that gives this accuracy. 0 when the first point is better already, infinity when
  /// the last one is not good enough: there the curve was not measured.
  double images_for(double accuracy) const;

  double fewest() const { return images_.front(); }
  double most() const { return images_.back(); }

 private:
  std::vector<double> images_, logs_, accuracies_;
};

/// A power law through the curve's points, where it fits: at least four points, a proper fit (not degenerate), and
/// R^2 >= .98.
std::optional<stats::PowerLaw> fitting_power_law(const std::vector<double>& images,
                                                 const std::vector<double>& accuracies);

}  // namespace ersatz::analysis
