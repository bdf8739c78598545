#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/image_store.hpp"

namespace ersatz::data {

/// Pixels [height, width, 3] as a baseline JPEG file with chroma 4:2:0. `quality` is libjpeg's, 1..100.
std::string encode_jpeg(std::span<const std::uint8_t> pixels, ImageShape shape, int quality);

}  // namespace ersatz::data
