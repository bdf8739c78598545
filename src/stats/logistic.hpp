#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::stats {

/// A logistic regression: the log odds of a row are intercept + weights . row.
struct Logistic {
  double intercept = 0;
  std::vector<double> weights;

  double log_odds(std::span<const float> row) const;
};

/// Minimises the sum of -ln p(group) over the rows `chosen` of `rows` [n, d] plus penalty / 2 |weights|^2; the
/// intercept is free. What scikit-learn's LogisticRegression(C = 1 / penalty) fits. `positive` is 0 or 1 for each row
/// of `rows`. Newton's method with conjugate gradients (Lin, Weng and Keerthi, "Trust region Newton method for
/// large-scale logistic regression", JMLR 9, 2008, with a line search in place of the region): passes over the rows, no
/// d x d matrix. The penalty must be above 0. Throws Error when lengths differ or a group is empty, Stopped when a stop
/// is requested.
Logistic fit_logistic(const Matrix& rows, std::span<const std::uint32_t> chosen, std::span<const std::uint8_t> positive,
                      double penalty);

/// Means and standard deviations of columns, to bring rows to mean 0 and deviation 1.
struct Scaling {
  /// A deviation of 0: the column says nothing, and becomes 0. So does one below a millionth of the mean, or of 1.
  std::vector<double> mean, deviation;
};
/// Of the rows `chosen`.
Scaling scaling_of(const Matrix& rows, std::span<const std::uint32_t> chosen);
/// Of all rows.
void scale(Matrix& rows, const Scaling& scaling);

}  // namespace ersatz::stats
