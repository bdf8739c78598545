#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/data_set.hpp"
#include "data/near/hash_pairs.hpp"

namespace ersatz::data {

/// Two images are near copies when their perceptual hashes differ in at most kMostBits of 64 bits and their small
/// copies by at most this many levels of 0 .. 255 on average. docs/design.md says how both limits were chosen. Flat
/// images, which show hardly anything, are near copies only where their small copies are equal.
inline constexpr double kMostLevels = 12;

/// One of the splits that were searched.
struct SearchedSplit {
  std::size_t source = 0;  ///< index into DataSet::sources
  Split split = Split::train;
};

struct NearPair {
  std::uint32_t first = 0, second = 0;  ///< indices into the two stores
  double levels = 0;                    ///< mean absolute difference of the small copies
};

/// The near copies among two splits, or within one.
struct NearCopies {
  std::size_t first = 0, second = 0;  ///< indices into NearReport::splits, first <= second
  std::size_t pairs = 0;              ///< three images that are alike are three pairs; equal images count too
  /// The closest that are not equal pixel by pixel, one of each group of images with equal small copies.
  std::vector<NearPair> closest;
};

struct NearReport {
  std::vector<SearchedSplit> splits;  ///< of each source training, then test, where there are any images
  std::vector<NearCopies> copies;     ///< those with at least one pair, in the order of their splits
  /// [source trained on][source tested on]: test images with a near copy in the training split.
  std::vector<std::vector<std::size_t>> tests_in_training;
  std::size_t flat = 0;  ///< images that show hardly anything
};

/// Finds all near copies in `set`, within splits and between them. Throws Stopped.
NearReport find_near_copies(const DataSet& set);

/// Indices of the test images, in order, that have no near copy in their source's training split. The answer is kept:
/// plan, forecast and lists of test images ask for the same.
std::vector<std::uint32_t> test_images_without_near_copy(const Source& source);

}  // namespace ersatz::data
