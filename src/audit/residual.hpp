#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::audit {

/// Appends statistics of what is left of pixels [height, width, 3] when the mean of 3 x 3 pixels is taken away (at the
/// edges, of those there are): for red, green and blue ln(1 + variance), kurtosis, correlation with the neighbours 1
/// and 2 places to the right and below and at the diagonal, and the shares of 8 sizes (0, under 1, 2, 4, 8, 16 and 32
/// levels, and above); then the three correlations between channels. 48 values.
void append_residual(std::span<const std::uint8_t> pixels, data::ImageShape shape, std::vector<float>& values);

}  // namespace ersatz::audit
