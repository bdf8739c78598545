#pragma once

#include <array>
#include <span>

#include "data/match/image_match.hpp"
#include "data/selection.hpp"

namespace ersatz::data {

/// Mean and covariance of the colours of all pixels of some images, in levels of 0 .. 255.
struct ColorStatistics {
  std::array<double, 3> mean{};
  std::array<std::array<double, 3>, 3> covariance{};
};

/// Of at least one image. Throws Stopped when a stop is requested.
ColorStatistics color_statistics(std::span<const ImageReference> images);

/// The linear map that gives colours with the statistics `from` those of `to`, and of all such maps moves them least: x
/// -> m_to + A (x - m_from), with A = C_from^-1/2 (C_from^1/2 C_to C_from^1/2)^1/2 C_from^-1/2 (Pitie and Kokaram, "The
/// linear Monge-Kantorovitch linear colour mapping for example-based colour transfer", CVMP 2007). A direction in which
/// `from` does not vary stays so: grey images stay grey. What is clipped to 0 .. 255 misses its place.
class ColorMatch : public ImageMatch {
 public:
  ColorMatch(const ColorStatistics& from, const ColorStatistics& to);

  void apply(std::span<const std::uint8_t> pixels, std::uint8_t* out) const override;

 private:
  std::array<std::array<double, 3>, 3> factor_{};
  std::array<double, 3> shift_{};
};

}  // namespace ersatz::data
