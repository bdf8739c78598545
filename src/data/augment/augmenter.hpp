#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/augment/augmentation.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// Applies augmentations in the order of their list. What happens to an image depends only on (seed, epoch, image)
/// and the list, not on other images, their order or the batch.
class Augmenter {
 public:
  Augmenter(const std::vector<Augmentation>& list, std::uint64_t seed);

  /// Changes `pixels` [height, width, 3] in place. `image` identifies the image; it must be the same in every run.
  /// Throws Error when the image is too small for a crop.
  void apply(std::span<std::uint8_t> pixels, ImageShape shape, int epoch, std::uint64_t image) const;

 private:
  struct Entry {
    Augmentation augmentation;
    std::string purpose;  ///< of its random numbers: a second "flip" in a list draws others than the first
  };
  std::vector<Entry> entries_;
  std::uint64_t seed_;
};

}  // namespace ersatz::data
