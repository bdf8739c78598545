#pragma once

#include <cstddef>
#include <cstdint>

#include "data/codec/decode.hpp"
#include "data/codec/resample_weights.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// Makes the part `box` of pixels [height, width, 3] of `shape` an image of `size`, whose rows begin `row_bytes` apart
/// at `to`. Every pixel is that of Pillow's Image.resize(size, filter, box), under every instruction set. `box` must
/// lie in the image and be wider and higher than nothing, else Error.
void resample(const std::uint8_t* from, ImageShape shape, const Box& box, Filter filter, ImageShape size,
              std::uint8_t* to, std::size_t row_bytes);

}  // namespace ersatz::data
