#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "data/image_store.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

struct DecodedImage {
  std::int32_t label = 0;  ///< class index
  std::string_view bytes;  ///< what the image was decoded from; equal bytes are copies
};

/// The images of one file, while its bytes are in memory.
class OpenFile {
 public:
  virtual ~OpenFile() = default;

  /// Decodes image `i` of PlannedFile::images to `pixels` [height, width, 3]; called in order. Throws
  /// WrongSize when it has another size, and Error, without the file's name, when it cannot be decoded.
  virtual DecodedImage decode(std::size_t i, std::uint8_t* pixels) = 0;
};

/// How the files of a layout become images: a file format, whose reader find_layout() chooses.
/// Several threads use one reader at a time.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// The size of the images in a file of these bytes; Error, without the file's name, when it has none.
  virtual ImageShape image_size(std::string_view bytes) const = 0;

  /// Images of `shape` from `bytes`, those of the whole file. Both must outlive what is returned.
  virtual std::unique_ptr<OpenFile> open(const PlannedFile& file, std::string_view bytes, ImageShape shape) const = 0;

  /// Whether --skip-broken may leave out what cannot be read of a file.
  virtual bool may_skip() const = 0;

  /// What to do about a file that cannot be read, where the Error itself does not say.
  virtual const char* broken_hint() const = 0;
};

}  // namespace ersatz::data
