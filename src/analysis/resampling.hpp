#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/results.hpp"
#include "stats/bootstrap.hpp"

namespace ersatz::analysis {

/// How numbers that are computed from the accuracies of several cells would vary with other seeds and other test
/// images: a bootstrap over both together. Each replicate draws n seeds of the n that all cells have in common, and as
/// many test images as there are, each with replacement and the same for all cells: so differences between cells stay
/// paired.
///
/// Resamples are drawn when the first interval is asked for. Percentile intervals over few seeds are a little too
/// narrow: n values drawn again from n show sqrt((n - 1) / n) of their spread (Efron & Tibshirani 1993, chapter 5).
class Resampling {
 public:
  /// `sets` holds the runs of each cell, [cells][seeds], with the same seeds in each, all tested on the images whose
  /// labels are `truth`. All of this must outlive the object. Throws Error when there is no seed.
  Resampling(std::vector<std::vector<const TestResult*>> sets, const std::vector<std::int32_t>& truth,
             const stats::BootstrapOptions& options = {});
  /// Of cells of a table that were tested on the same source: the runs of the seeds that all of them have.
  Resampling(const ResultTable& table, const std::vector<const Cell*>& cells,
             const stats::BootstrapOptions& options = {});

  /// In increasing order.
  const std::vector<std::uint64_t>& seeds() const { return seeds_; }
  const TestResult& run(std::size_t cell, std::size_t seed) const { return *sets_.at(cell).at(seed); }
  const std::vector<std::int32_t>& truth() const { return truth_; }
  std::size_t replicates() const { return options_.replicates; }
  double level() const { return options_.level; }

  /// The accuracy of each cell, averaged over the common seeds: as measured, and in replicate r.
  std::vector<double> measured() const;
  std::vector<double> replicate(std::size_t r) const;
  /// The mean over the common seeds with its 95 % interval: Student's t, or Wilson's over the images of one seed.
  stats::Summary accuracy(std::size_t cell) const { return stats::summarise(by_seed(cell)); }
  stats::Interval accuracy_interval(std::size_t cell) const;
  /// Accuracies of one cell, a seed each, in the order of seeds().
  const std::vector<double>& by_seed(std::size_t cell) const { return accuracy_.at(cell); }

  /// The interval of a number that is computed from the cells' accuracies. It may be infinite in some replicates: ends
  /// are replicates themselves, never values between two.
  stats::Interval interval(const std::function<double(const std::vector<double>&)>& number) const;

 private:
  void draw() const;

  stats::BootstrapOptions options_;
  std::vector<std::vector<const TestResult*>> sets_;  ///< [cells][seeds]
  const std::vector<std::int32_t>& truth_;
  std::vector<std::uint64_t> seeds_;
  std::vector<std::vector<double>> accuracy_;                         ///< [cells][seeds]
  mutable std::vector<std::vector<std::vector<double>>> replicates_;  ///< [cells][seeds][replicates], once drawn
};

}  // namespace ersatz::analysis
