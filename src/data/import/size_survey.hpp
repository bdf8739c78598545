#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "data/import/container.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

/// How many images there are of each size (width, height).
using SizeCounts = std::map<std::pair<int, int>, std::size_t>;

/// Reads the sizes of all images from their headers. One that cannot be read has none. Throws Stopped.
SizeCounts count_sizes(const Container& container, const Layout& layout);

/// "512 x 512 (1,200), 640 x 480 (3) and 7 others": the most frequent first. A single size stands without its count.
std::string describe(const SizeCounts& sizes);

/// The error for a container with images of several sizes, which lists them.
Error several_sizes(const Container& container, const std::filesystem::path& path, const Layout& layout);

}  // namespace ersatz::data
