#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/ramp.hpp"

namespace ersatz::data {

/// Whole numbers of examples for batches that are divided by shares. What rounding owes a group is carried to the next
/// batch, so that after any number of steps a group has had its share of all examples: of two groups within half an
/// example, of several within one.
class Apportionment {
 public:
  /// `shares` of each group add up to 1 at every one of `steps` steps; a batch has `batch` examples.
  Apportionment(std::vector<Ramp> shares, std::int64_t batch, std::int64_t steps);

  /// Goes to a step (from 0): one by one forwards, or from the first one again.
  void go_to(std::int64_t step);
  /// Examples of each group in the step.
  std::span<const std::int64_t> counts() const { return counts_; }
  /// Examples of each group in the steps before it.
  std::span<const std::int64_t> before() const { return before_; }

 private:
  void divide();

  std::vector<Ramp> shares_;
  std::int64_t batch_, steps_, step_ = 0;
  std::vector<std::int64_t> before_, counts_;
  std::vector<double> owed_;
};

}  // namespace ersatz::data
