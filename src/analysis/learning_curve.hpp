#pragma once

#include <optional>
#include <vector>

#include "stats/crossed.hpp"
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
  /// The same on a smooth curve through the same points, a monotone cubic in log(images) (stats/monotone_cubic.hpp):
  /// another way to read between them.
  double images_by_cubic(double accuracy) const;

  /// The curve at `images` as a weighted mean of its points' accuracies, a weight each: straight in log(images) between
  /// two points, and where several points were made one because they decreased, with equal weights over them. Beyond an
  /// end it is the end. The weights take the places of the decreases as given.
  std::vector<double> weights_at(double images) const;

  double fewest() const { return images_.front(); }
  double most() const { return images_.back(); }
  const std::vector<double>& points() const { return images_; }

 private:
  std::vector<double> images_, logs_, accuracies_;
};

/// The numbers of images r on the curve that a test at 1 - level does not refuse for cell `reached`: those with
/// |d| <= t(df) se of d = x[reached] - curve(r), where `curve` names the cells of `runs` that are the curve's points (a
/// test inverted, as Fieller does it). 0 below where the first point may be better already, infinite above where the
/// last one may be not good enough. The hull, should the set have gaps.
stats::Interval images_interval(const LearningCurve& line, const stats::Crossed& runs,
                                const std::vector<std::size_t>& curve, std::size_t reached, double level = 0.95);

/// A power law through the curve's points, where it fits: at least four points, a proper fit (not degenerate), and
/// R^2 >= .98.
std::optional<stats::PowerLaw> fitting_power_law(const std::vector<double>& images,
                                                 const std::vector<double>& accuracies);

}  // namespace ersatz::analysis
