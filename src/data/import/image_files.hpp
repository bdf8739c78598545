#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

/// Single image files in {train,test}/SOURCE/CLASS/x.png below any folders. Throws Error as find_layout() does.
///
/// - With `source` the container is that source's own: {train,test}/CLASS/x.png.
/// - Without folders for the splits all images of a source are in one: SOURCE/CLASS/x.png, CLASS/x.png.
/// - Instead of class folders, a table gives the classes (read_image_facts()), or names like CIFAKE's: 0000 (2).jpg.
Layout image_files_layout(const Container& container, const std::filesystem::path& path,
                          const std::optional<std::string>& source, const Reading& reading);

}  // namespace ersatz::data
