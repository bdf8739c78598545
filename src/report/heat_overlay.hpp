#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ersatz::report {

/// How much of a heat map's colour lies over an image.
inline constexpr double kHeatShare = .4;

/// An image [height, width, 3] with a map [height, width], 0..1, laid over it: from dark blue (0) over red to yellow
/// (1), lighter the more, so that it is read without colour, too.
std::vector<std::uint8_t> heat_overlay(std::span<const std::uint8_t> image, std::span<const float> map);

}  // namespace ersatz::report
