#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

/// Single JPEG and PNG files in {train,test}/SOURCE/... below any folders. Throws Error as find_layout()
/// does; with `source` the container is that source's own: it may also hold {train,test}/CLASS/x.png or
/// {train,test}/0000 (2).jpg.
Layout image_files_layout(const Container& container, const std::filesystem::path& path,
                          const std::optional<std::string>& source);

}  // namespace ersatz::data
