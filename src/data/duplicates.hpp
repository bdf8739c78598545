#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
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

/// Images that are equal pixel by pixel and yet of different classes, in all sources and splits: at least one label is
/// wrong, or the images show nothing (all black).
struct LabelConflicts {
  std::size_t images = 0;    ///< that have an equal image of another class
  std::string first, other;  ///< two of them: "cat/1.png of photos is cat"; empty without any

  /// One sentence for people; empty without any.
  std::string warning() const;
};

LabelConflicts label_conflicts(const DataSet& set);

/// Indices of the test images, in order, that have no pixel-exact copy in the training split.
/// Empty when there is no test split.
std::vector<std::uint32_t> test_images_without_copy(const Source& source);

}  // namespace ersatz::data
