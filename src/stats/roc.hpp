#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace ersatz::stats {

/// How well a score tells two groups apart: the area under the ROC curve, which is the share of all pairs of a positive
/// and a negative one in which the positive one has the larger score; equal scores count a half.
struct RocArea {
  double area = 0.5;
  double se = 0;  ///< standard error over the choice of both groups
  std::size_t positives = 0, negatives = 0;
};

/// The area and its error after DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), by mid-ranks as Sun and Xu
/// compute it (IEEE Signal Processing Letters 21, 2014): O(n log n). `positive` is 0 or 1 for each score. Throws Error
/// when the lengths differ, a group is empty, or a score is not a number.
RocArea roc_area(std::span<const double> scores, std::span<const std::uint8_t> positive);

/// The same area as the mean of one value a score (influence.hpp), which fill `out`: the area, and what the score's
/// share of the other group is more or less than it, by DeLong's components. The same errors.
void roc_area_values(std::span<const double> scores, std::span<const std::uint8_t> positive, std::span<double> out);

/// Average precision: the precision at each score of a positive one, counting all that score as much, averaged over the
/// positive ones (scikit-learn's average_precision_score). Throws Error when the lengths differ, no score is positive,
/// or one is not a number.
double average_precision(std::span<const double> scores, std::span<const std::uint8_t> positive);
/// The same as the mean of one value a score: the average and the score's influence on it.
void average_precision_values(std::span<const double> scores, std::span<const std::uint8_t> positive,
                              std::span<double> out);

/// The mean over groups of samples that share nothing, such as the folds of a cross-validation, with the error of a
/// mean. At least one.
RocArea mean_area(std::span<const RocArea> areas);

/// area +- z se, cut to 0..1, but no narrower than z^2 / (N + z^2) to both sides, N the smaller group: where hardly
/// anything varies little is known (as crossed.hpp).
Interval interval_of(const RocArea& area, double level = 0.95);

}  // namespace ersatz::stats
