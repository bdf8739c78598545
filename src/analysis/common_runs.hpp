#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "analysis/results.hpp"
#include "stats/crossed.hpp"

namespace ersatz::analysis {

/// The runs of several cells that can be set against each other: those of the seeds that all cells have in common, all
/// tested on the same images. Any number that is made of their accuracies has its interval from crossed().
class CommonRuns {
 public:
  /// `sets` holds the runs of each cell, [cells][seeds], with the same seeds in each, all tested on the images whose
  /// labels are `truth`. All of this must outlive the object. Throws Error when there is no seed.
  CommonRuns(std::vector<std::vector<const TestResult*>> sets, const std::vector<std::int32_t>& truth);
  /// Of cells of a table that were tested on the same source: the runs of the seeds that all of them have.
  CommonRuns(const ResultTable& table, const std::vector<const Cell*>& cells);

  /// In increasing order.
  const std::vector<std::uint64_t>& seeds() const { return seeds_; }
  const TestResult& run(std::size_t cell, std::size_t seed) const { return *sets_.at(cell).at(seed); }
  const std::vector<std::int32_t>& truth() const { return truth_; }

  /// Accuracies of one cell, a seed each, in the order of seeds().
  const std::vector<double>& by_seed(std::size_t cell) const { return accuracy_.at(cell); }
  stats::Summary accuracy(std::size_t cell) const { return stats::summarise(by_seed(cell)); }
  /// 95 %, of the mean over seeds; of one seed Wilson's over the images.
  stats::Interval accuracy_interval(std::size_t cell) const { return stats::share_interval(crossed().cell(cell)); }
  /// The accuracy of each cell, averaged over the seeds.
  std::vector<double> measured() const;

  /// Right (1) and wrong (0) of all cells. Computed when it is asked for first.
  const stats::Crossed& crossed() const;
  /// The same of another number of a run that is a mean of values of its images (stats/influence.hpp).
  stats::Crossed crossed(const std::function<void(const TestResult& run, std::span<double> out)>& values) const;

 private:
  std::vector<std::vector<const TestResult*>> sets_;  ///< [cells][seeds]
  const std::vector<std::int32_t>& truth_;
  std::vector<std::uint64_t> seeds_;
  std::vector<std::vector<double>> accuracy_;  ///< [cells][seeds]
  mutable std::optional<stats::Crossed> crossed_;
};

}  // namespace ersatz::analysis
