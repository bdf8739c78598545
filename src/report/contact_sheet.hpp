#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::report {

/// Images of several sources side by side, a row per class.
struct ContactSheet {
  struct Row {
    std::string name;
    /// The images [height, width, 3] of each source, in the order of `sources`; fewer than `each` leave white cells.
    std::vector<std::vector<std::span<const std::uint8_t>>> images;
    /// What stands below the images of each source; empty: nothing does.
    std::vector<std::string> captions = {};
  };
  std::vector<std::string> sources;
  std::vector<Row> rows;
  int each = 1;            ///< columns of a source
  data::ImageShape shape;  ///< of all images
};

/// The size at which images of `shape` stand in a sheet: small ones enlarged by a whole factor to at most 64 pixels,
/// large ones shrunk so that their longer side has 128.
data::ImageShape sheet_cell(data::ImageShape shape);

/// Draws the sheet as a PNG file, which appears whole or not at all. Enlarged pixels stay squares. Text is drawn by
/// gnuplot: letters that DejaVu Sans lacks are taken from another font of the system. Throws Error when gnuplot is
/// missing, when the picture would be larger than ersatz reads, and when `path` cannot be written.
void write_contact_sheet(const std::filesystem::path& path, const ContactSheet& sheet);

}  // namespace ersatz::report
