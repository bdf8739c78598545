#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
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

/// The keys height, width, columns, images and jpeg, and back. Throws Json::exception, and Error when they do not fit
/// each other or name an image that is none of so many.
Json to_json(const Thumbnails& thumbnails);
Thumbnails thumbnails_from_json(const Json& value, std::size_t images);

/// Writes a file of pictures of test images of `source`: `content` with a format, and a hash of the list of these
/// images, which lies in the output folder `out`.
void write_pictures(const std::filesystem::path& out, const std::string& source, const std::filesystem::path& file,
                    const Json& content);
/// Hands on the content of such a file. False when there is none, or only of another list of test images. Throws Error
/// naming the file when it cannot be read, or when `take` throws Json::exception or Error.
bool read_pictures(const std::filesystem::path& out, const std::string& source, const std::filesystem::path& file,
                   const std::function<void(const Json&)>& take);

/// Writes those of `source` into the output folder `out`, whose list of the source's test images is there.
void write_thumbnails(const std::filesystem::path& out, const std::string& source, const Thumbnails& thumbnails);

/// Nothing when there are none, or only of another list of test images. Throws Error naming the file when it cannot be
/// what write_thumbnails() wrote for `test_images` test images.
std::optional<Thumbnails> read_thumbnails(const std::filesystem::path& out, const std::string& source,
                                          std::size_t test_images);

}  // namespace ersatz::report
