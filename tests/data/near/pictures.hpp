#pragma once

#include <cstdint>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::testing {

/// Pixels [height, width, 3] of a smooth picture that depends on `number` alone, whatever its size.
std::vector<std::uint8_t> smooth_picture(std::uint64_t number, data::ImageShape shape = {32, 32});

/// The changes that near copies of a picture have.
std::vector<std::uint8_t> through_jpeg(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int quality);
std::vector<std::uint8_t> brighter(std::vector<std::uint8_t> pixels, int levels);
/// Everything `columns` to the right; what comes in is the first column again.
std::vector<std::uint8_t> shifted(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int columns);
/// Without `border` pixels on every side, enlarged to the old size.
std::vector<std::uint8_t> cropped(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int border);

}  // namespace ersatz::testing
