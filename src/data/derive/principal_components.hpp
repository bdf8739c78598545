#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/selection.hpp"

namespace ersatz::data {

/// Mean image of some images and the directions in which their pixels vary most.
struct PrincipalComponents {
  std::vector<double> mean;        ///< [bytes of an image]
  std::vector<double> directions;  ///< [components, bytes of an image], of length 1 and at right angles to each other
  std::vector<double> variances;   ///< along each direction, falling; divided by the number of images less 1

  std::size_t count() const { return variances.size(); }
};

/// The first `components` of them; fewer where the images do not vary in so many directions. One thread; the same
/// images in the same order give the same bits. Exact but for rounding where variances differ clearly; among those that
/// are nearly equal any direction is as good. Needs two images at least. Throws Stopped when a stop is requested.
PrincipalComponents principal_components(std::span<const ImageReference> images, std::size_t components);

/// An image of the normal distribution with this mean and these variances: mean + sum of directions x normal numbers,
/// rounded and limited to 0 .. 255. The numbers depend on (seed, purpose, number) alone.
void draw_normal_image(const PrincipalComponents& components, std::uint64_t seed, std::string_view purpose,
                       std::uint64_t number, std::span<std::uint8_t> pixels);

}  // namespace ersatz::data
