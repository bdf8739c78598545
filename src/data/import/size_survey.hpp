#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

/// The error for images that do not have one size: reads the headers of all of them, lists the sizes, the most frequent
/// first, and says what to write. Throws Stopped.
Error several_sizes(const Container& container, const std::filesystem::path& path, const Layout& layout);

}  // namespace ersatz::data
