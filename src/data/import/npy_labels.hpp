#pragma once

#include <cstdint>
#include <vector>

#include "base/npy_header.hpp"
#include "data/import/byte_stream.hpp"

namespace ersatz::data {

/// Reads whole numbers behind their header, [n] or [n, 1], as class numbers. Throws Error for other arrays, and for
/// negative and very large numbers.
std::vector<std::int32_t> read_npy_labels(const NpyHeader& header, ByteStream& in);

}  // namespace ersatz::data
