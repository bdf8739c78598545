#pragma once

#include <cstdint>
#include <span>

namespace ersatz::data {

/// Changes images so that all images of a population together get a statistic of another one's.
class ImageMatch {
 public:
  virtual ~ImageMatch() = default;

  /// Pixels [height, width, 3] -> `out`, as many; clipped to 0 .. 255 and rounded.
  virtual void apply(std::span<const std::uint8_t> pixels, std::uint8_t* out) const = 0;
  /// Whether an image takes so long that it is better kept than made again.
  virtual bool is_slow() const { return false; }
};

}  // namespace ersatz::data
