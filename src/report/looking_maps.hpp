#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/thumbnails.hpp"

namespace ersatz::report {

/// Where classifiers look in some test images of a source: what the page shows of it. Kept in
/// DIR/data/<SOURCE>-maps.json (docs/file-formats.md).
struct LookingMaps {
  struct Map {
    std::string run;          ///< the id of the run that looks
    std::uint32_t image = 0;  ///< which test image
    bool flat = false;        ///< nothing spoke for what it was called
  };
  std::string source;
  std::vector<Map> maps;
  /// Two of each map, one behind the other: the image, and the map laid over it. `images` counts them from 0.
  Thumbnails pictures;
};

/// Writes them into the output folder `out`, whose list of the source's test images is there.
void write_looking_maps(const std::filesystem::path& out, const LookingMaps& maps);

/// Nothing when there are none, or only of another list of test images. Throws Error naming the file when it cannot be
/// what write_looking_maps() wrote for `test_images` test images.
std::optional<LookingMaps> read_looking_maps(const std::filesystem::path& out, const std::string& source,
                                             std::size_t test_images);

}  // namespace ersatz::report
