#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/mixtures.hpp"
#include "analysis/paired_difference.hpp"
#include "stats/interval.hpp"

namespace ersatz::analysis {

/// What an accuracy is worth in images of the source alone, read from the source's learning curve (learning_curve.hpp).
/// A number of images is 0 where it lies below the curve's first point, and infinite beyond its last.
struct Equivalent {
  double images = 0;                   ///< of the source alone that give the same accuracy
  stats::Interval interval;            ///< 95 %, of this number alone (images_interval of learning_curve.hpp)
  double fewest = 0, most = 0;         ///< images at the curve's first and last point
  std::optional<double> by_power_law;  ///< the same number by a power law, where one fits the curve
  double by_cubic = 0;                 ///< the same by a smooth curve through the same points (LearningCurve)

  /// The smallest and the largest of these numbers. No interval knows of their difference: it is how one reads between
  /// the points. `images` alone where that lies beyond an end of the curve.
  stats::Interval readings() const;
};

/// Whether two readings of a number differ by more than a tenth.
bool disagree(const stats::Interval& readings);

/// How many generated images did the work of one further image of the source: k = m / e, where m generated images were
/// added to r of the source and e = equivalent - r further ones would have given the same accuracy.
struct ExchangeRate {
  /// Nothing when adding gave no more than was there before (e <= 0). 0 when the gain lies beyond the curve: then
  /// fewer than m / (most - r) were enough.
  std::optional<double> rate;
  stats::Interval interval;    ///< infinite above where e's interval holds 0 or less: k then has no upper bound
  stats::Interval readings{};  ///< of Equivalent::readings(); infinite where one of them says that there is no gain
};

/// A number that the learning curve gives, or where the curve ends a bound: the number lies under or over it.
struct Bounded {
  enum class Side { at, under, over };
  double value = 0;
  Side side = Side::at;

  /// The value, or the infinity to that side.
  double number() const;
};

/// What one added image is worth in further images of the source: e / m, 1 / k where k is known. Below 0 where adding
/// harms. Added images pay where one costs less than this share of an image of the source.
struct AddedValue {
  Bounded per_image;
  Bounded low, high;  ///< ends of the 95 % interval, those of the equivalent's
};

/// What the next images were worth: from m1 added ones, the next smaller number that was run with the same r images, to
/// m.
struct AddedStep {
  std::size_t from = 0;     ///< m1 > 0
  PairedDifference change;  ///< of the accuracies, from m1 to m; a family of its own
  /// Further images of the source that each of the m - m1 is worth: the difference of the two equivalents over m - m1,
  /// without an interval (both are read off one curve). Nothing where both lie beyond an end of the curve.
  std::optional<Bounded> per_image;
};

/// A training set of r images of a source and something besides - generated images, augmentation, or both - against
/// the r images alone, at the same training budget, tested on the source.
struct Gain {
  std::string classifier, title;
  Mixture mixture;
  std::size_t own = 0;                ///< r; 0 for a training set without images of the source
  std::size_t added = 0;              ///< m: images of other sources
  std::size_t seeds = 0;              ///< that all training sets of the classifier have in common
  stats::Summary accuracy;            ///< over these seeds
  stats::Interval accuracy_interval;  ///< 95 %, of this accuracy alone (Wilson's for one seed)
  /// From the r images alone (first) to these (second), where the first was run.
  std::optional<PairedDifference> change;
  double p_holm = 1;  ///< change->p adjusted over all changes of the table (Holm), which are one family
  /// Where a verifier chose the images: from as many kept at random (first) to these (second), where that was run. Such
  /// differences are a family of their own.
  std::optional<PairedDifference> over_random;
  double over_random_p_holm = 1;

  std::optional<Equivalent> equivalent;  ///< where the source has a learning curve
  std::optional<ExchangeRate> rate;      ///< where m > 0, r > 0 and nothing else was changed
  std::optional<AddedValue> value;       ///< where m > 0, the source has a curve and nothing else was changed
  std::optional<AddedStep> step;         ///< where fewer images of the same kind were added to the same r, too
};

/// The gains of all classifiers on the test images of `source`, by r, then m, in plan order.
struct GainTable {
  std::string source;
  std::vector<Gain> gains;
  struct LeftOut {
    std::string title, reason;  ///< of a classifier
  };
  std::vector<LeftOut> left_out;
};
GainTable gains(const ResultTable& table, const std::string& source);

}  // namespace ersatz::analysis
