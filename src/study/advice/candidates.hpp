#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "study/advice/recipe.hpp"

namespace ersatz::study {

/// What recipes may be made of.
struct SearchSpace {
  std::string real;
  std::size_t photographs = 0;                                 ///< of the real source; 0: none is trained on
  std::vector<std::pair<std::string, std::size_t>> generated;  ///< every other source and its training images
  double learning_rate = 0.01;                                 ///< the usual one
  bool own_method = false;                                     ///< the classifier brings its own rate: none is drawn
  bool verified = true;  ///< there is time to train verifiers, for what they keep or label
  bool frozen = false;   ///< it reads a frozen network's features, which are computed for unchanged images only

  bool operator==(const SearchSpace&) const = default;
};

/// Two lists of equal length: whoever searched longer on one side would find more there by chance alone.
struct Candidates {
  std::vector<Recipe> without;  ///< generated images; empty where there are no photographs
  std::vector<Recipe> with;
};

/// `n` of each, at least 1. The first of each is trained as usual. Both lists have the same changes of the training, in
/// the same order: what is tried with generated images is tried without. Ways to use generated images, sources and
/// amounts take turns, so that each comes up about equally often. A pure function of its arguments.
Candidates draw_candidates(const SearchSpace& space, std::size_t n, std::uint64_t seed);

/// Amounts of generated images that are tried, of `available` ones: as many as there are photographs, four and
/// sixteen times as many, and all; those that are within a factor of two of the next are left out. Increasing.
std::vector<std::size_t> amounts_to_try(std::size_t photographs, std::size_t available);

}  // namespace ersatz::study
