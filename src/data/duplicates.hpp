#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/data_set.hpp"

namespace ersatz::data {

/// Pairs of equal images in one source. Three equal images are three pairs.
struct DuplicateCounts {
  std::size_t pairs = 0;  ///< in all: the sum of the next three
  std::size_t within_train = 0;
  std::size_t within_test = 0;
  std::size_t across = 0;                ///< one in train, one in test
  std::size_t test_images_in_train = 0;  ///< test images with at least one copy in train
};

/// Equal by the bytes of the image files (64 bits of their SHA-256).
DuplicateCounts duplicate_files(const Source& source);

/// Equal by decoded pixels, compared in full.
DuplicateCounts duplicate_pixels(const Source& source);

/// How many test images of `test` are, pixel by pixel, training images of another source.
std::size_t test_images_in_training_of(const Source& train, const Source& test);

/// Indices of the test images, in order, that have no pixel-exact copy in the training split.
/// Empty when there is no test split.
std::vector<std::uint32_t> test_images_without_copy(const Source& source);

}  // namespace ersatz::data
