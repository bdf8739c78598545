#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::report {

/// Small pictures of some test images of a source, side by side in one JPEG: the page carries them, and so needs no
/// data set. Kept in DIR/data/<SOURCE>-thumbnails.json (docs/file-formats.md).
struct Thumbnails {
  data::ImageShape shape;   ///< of one picture
  data::ImageShape stride;  ///< from one to the next: whole blocks of the JPEG, so that none runs into another
  int columns = 0;          ///< pictures in a row of it
  std::vector<std::uint32_t> images;  ///< which test images, in increasing order, row by row
  std::string jpeg;                   ///< in base64

  /// Where test image `image` is among them; nothing when it is not.
  std::optional<std::size_t> place_of(std::uint32_t image) const;
  int rows() const;
};

/// How many pictures of images of this shape a page of a few megabytes has room for, for each source.
std::size_t most_thumbnails(data::ImageShape shape);

/// Draws the test images `images`; `pixels` gives the [height, width, 3] of one. Larger ones are shrunk so that their
/// longer side has 64 pixels.
Thumbnails make_thumbnails(const std::vector<std::uint32_t>& images, data::ImageShape shape,
                           const std::function<std::span<const std::uint8_t>(std::uint32_t image)>& pixels);

/// Writes those of `source` into the output folder `out`, whose list of the source's test images is there.
void write_thumbnails(const std::filesystem::path& out, const std::string& source, const Thumbnails& thumbnails);

/// Nothing when there are none, or only of another list of test images. Throws Error naming the file when it cannot be
/// what write_thumbnails() wrote for `test_images` test images.
std::optional<Thumbnails> read_thumbnails(const std::filesystem::path& out, const std::string& source,
                                          std::size_t test_images);

}  // namespace ersatz::report
