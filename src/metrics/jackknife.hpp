#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace ersatz::metrics {

/// How many groups a grouped jackknife has: a metric is computed without each of them in turn.
inline constexpr std::size_t kJackknifeGroups = 20;

/// Rows 0 .. n-1 in groups of equal size, by chance (rows are often in order of their classes). `purpose` tells two
/// sets apart. The same for the same arguments.
class JackknifeGroups {
 public:
  JackknifeGroups(std::size_t n, std::string_view purpose);

  std::size_t rows() const { return group_of_.size(); }
  std::size_t count() const { return sizes_.size(); }  ///< min(kJackknifeGroups, n)
  std::size_t of(std::size_t row) const { return group_of_[row]; }
  std::size_t size(std::size_t group) const { return sizes_[group]; }
  std::size_t rows_without(std::size_t group) const { return rows() - sizes_[group]; }
  std::vector<std::uint32_t> members(std::size_t group) const;

 private:
  std::vector<std::uint8_t> group_of_;
  std::vector<std::size_t> sizes_;
};

/// The variance of a metric by its values without each of G groups of images: (G-1)/G times the sum of squares about
/// their mean (Quenouille; Tukey; Efron and Stein, Ann. Statist. 9, 1981, who show that it is too large rather than too
/// small). Of two independent sets, the variances add up. NaN for fewer than two values.
double jackknife_variance(std::span<const double> without);

/// Calls work(group) for each, in `threads` threads (0: one per core), and returns its results in order.
std::vector<double> for_groups(std::size_t count, unsigned threads, const std::function<double(std::size_t)>& work);

}  // namespace ersatz::metrics
