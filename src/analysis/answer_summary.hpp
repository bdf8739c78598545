#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/answer.hpp"

namespace ersatz::analysis {

/// How many mixtures of a classifier differ in accuracy from their images of the source alone, at the 5 % level after
/// Holm's correction.
struct DifferingMixtures {
  std::string title;
  std::size_t up = 0, down = 0, all = 0;
  std::size_t seeds = 0;
};
/// Of each classifier, in plan order; of mixtures without a change of augmentation.
std::vector<DifferingMixtures> differing_mixtures(const Answer& answer);

/// The true differences that the comparisons of an answer would have found with probability .8, at the 5 % level of all
/// of them together.
struct Detectable {
  std::size_t comparisons = 0;
  double least = 0, middle = 0, most = 0;  ///< middle: the upper median
  std::size_t seeds = 0;
};
/// Nothing where no comparison has several seeds.
std::optional<Detectable> detectable(const Answer& answer);

}  // namespace ersatz::analysis
