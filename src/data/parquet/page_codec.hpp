#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "data/parquet/parquet_file.hpp"

namespace ersatz::data {

/// Unpacks a page of exactly `size` bytes into `out` and returns it (where the codec is none, `packed` itself). Throws
/// Error when `packed` is damaged, when `size` is more than a page may have, and for codecs that are not supported.
std::string_view unpack_page(ParquetCodec codec, std::string_view packed, std::size_t size, std::string& out);

}  // namespace ersatz::data
