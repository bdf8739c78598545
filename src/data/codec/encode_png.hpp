#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/image_store.hpp"

namespace ersatz::data {

/// Pixels [height, width, 3] as a PNG file: RGB, 8 bits. Throws Error.
std::string encode_png(std::span<const std::uint8_t> pixels, ImageShape shape);

}  // namespace ersatz::data
