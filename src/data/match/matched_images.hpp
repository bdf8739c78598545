#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "data/match/image_match.hpp"
#include "data/selection.hpp"

namespace ersatz::data {

/// How the images of each store are matched; those of others stay as they are.
using StoreMatches = std::map<const ImageStore*, std::shared_ptr<const ImageMatch>>;

/// The images of a selection, matched when they are asked for. Slow ones are kept in memory, those that are asked for
/// first, up to kept_bytes(). For one thread.
class MatchedImages {
 public:
  MatchedImages(std::vector<ImageReference> images, StoreMatches matches);

  /// [height, width, 3] of image `i` of the selection; valid until the next call.
  std::span<const std::uint8_t> pixels(std::uint32_t i);

  /// The most memory that n slow images of this shape are kept in.
  static std::size_t kept_bytes(std::size_t n, ImageShape shape);

 private:
  std::vector<ImageReference> images_;
  StoreMatches matches_;
  std::size_t most_kept_;              // images
  std::vector<std::uint8_t> kept_;     // one behind the other
  std::vector<std::uint32_t> places_;  // of each image among them, from 1; 0: not kept
  std::vector<std::uint8_t> made_;     // the last one that is not kept
};

}  // namespace ersatz::data
