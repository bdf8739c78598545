#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

// Data sets of Hugging Face: Parquet files that hold image files and their classes (data/parquet/image_table.hpp).

bool holds_parquet(const Container& container);

/// The Parquet files in a container as one source, split by their names (shards.hpp). Throws Error when `source` is not
/// given, when a file is no table of images with labels, and when files differ in their columns or classes.
Layout parquet_layout(const Container& container, const std::filesystem::path& path,
                      const std::optional<std::string>& source, const ImageColumns& columns);

}  // namespace ersatz::data
