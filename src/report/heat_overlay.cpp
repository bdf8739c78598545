#include "report/heat_overlay.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ersatz::report {
namespace {

using Colour = std::array<double, 3>;

// Each is lighter than the one before it.
constexpr std::array<Colour, 5> kHeat{Colour{10, 10, 60}, Colour{90, 20, 110}, Colour{190, 55, 85},
                                      Colour{245, 140, 40}, Colour{252, 250, 160}};

Colour colour_of(float heat) {
  const double at = std::clamp(static_cast<double>(heat), 0.0, 1.0) * (kHeat.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(at), kHeat.size() - 2);
  Colour colour;
  for (std::size_t c = 0; c < colour.size(); ++c) {
    colour[c] = std::lerp(kHeat[low][c], kHeat[low + 1][c], at - static_cast<double>(low));
  }
  return colour;
}

}  // namespace

std::vector<std::uint8_t> heat_overlay(std::span<const std::uint8_t> image, std::span<const float> map) {
  std::vector<std::uint8_t> overlay;
  overlay.reserve(image.size());
  for (std::size_t i = 0; i < map.size(); ++i) {
    const Colour colour = colour_of(map[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      overlay.push_back(static_cast<std::uint8_t>(std::lround(std::lerp(image[3 * i + c], colour[c], kHeatShare))));
    }
  }
  return overlay;
}

}  // namespace ersatz::report
