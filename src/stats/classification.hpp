#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::stats {

/// How often each true class (row) was called each class (column).
struct Confusion {
  std::size_t classes = 0;
  std::vector<std::uint64_t> counts;  ///< [classes, classes], row-major

  std::uint64_t at(std::size_t truth, std::size_t predicted) const { return counts[truth * classes + predicted]; }
  std::uint64_t total() const;    ///< images in all
  std::uint64_t correct() const;  ///< the diagonal's sum
  /// Row `truth` divided by its sum: the share of that class's images called each class.
  /// All zeros for a class without images.
  std::vector<double> normalised_row(std::size_t truth) const;
};

/// The column with the largest value of each row of `probabilities` [n, classes]; the lowest such
/// column when several are equal. NaN is never larger than anything.
std::vector<std::int32_t> argmax_rows(const Matrix& probabilities);

/// Throws Error when the two lists differ in length or hold a label outside 0 .. classes-1.
Confusion confusion_matrix(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                           std::size_t classes);

/// Of one class, or averaged over classes. All but `support` lie in 0..1.
struct ClassScores {
  double precision = 0;       ///< of the images called this class, the share that is of this class
  double recall = 0;          ///< of the images of this class, the share that was called so
  double f1 = 0;              ///< harmonic mean of the two
  std::uint64_t support = 0;  ///< images of this class
};

struct ClassificationScores {
  std::vector<ClassScores> classes;
  double accuracy = 0;
  ClassScores macro;     ///< unweighted mean over the classes; support = all images
  ClassScores weighted;  ///< mean weighted by support; support = all images
};

/// A ratio without a denominator counts as 0. Numbers are computed in the order scikit-learn 1.2
/// computes them in (precision_recall_fscore_support, zero_division=0), so they are equal bit for bit. With `averaged`
/// (one flag for each class) only these classes are averaged over, as with scikit-learn's `labels`.
ClassificationScores classification_scores(const Confusion& confusion, const std::vector<bool>& averaged = {});

/// Which classes have images: a class that the test images lack says nothing of a classifier.
std::vector<bool> classes_with_images(const Confusion& confusion);

/// The sum in the order numpy.sum adds a contiguous array: eight running sums, halves above 128.
double pairwise_sum(std::span<const double> values);

}  // namespace ersatz::stats
