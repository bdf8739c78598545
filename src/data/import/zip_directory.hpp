#pragma once

#include <cstddef>
#include <string_view>

namespace ersatz::data {

/// Whether the directory of a zip (of its whole bytes) names more than `most` files; false for what is no zip.
/// libarchive keeps about 200 bytes for each before it hands out the first, so this is asked before it is.
bool zip_names_more_than(std::size_t most, std::string_view zip);

}  // namespace ersatz::data
