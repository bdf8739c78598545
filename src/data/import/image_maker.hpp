#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "data/codec/decoder_process.hpp"
#include "data/import/decode_pool.hpp"
#include "data/import/file_reader.hpp"

namespace ersatz::data {

/// Makes the images of batches, one after another, for one thread: image files in a process of its own, where
/// sandbox() says that there are such, and pixels that need no library in this one.
class ImageMaker {
 public:
  virtual ~ImageMaker() = default;

  struct Made {
    DecodedImage image;
    const std::uint8_t* pixels;  ///< [height, width, 3]; valid until `on_overwrite`
  };

  /// The next items are those of `batch`, which must outlive their images.
  virtual void begin(const Batch& batch) = 0;
  /// Makes image `i` of an item that has no problem. Items and their images are asked for in order; some may be left
  /// out. Throws as OpenFile::decode() does.
  virtual Made make(std::size_t item, std::size_t i) = 0;

  /// Called before the pixels of earlier images are overwritten.
  std::function<void()> on_overwrite;

  /// Where there are processes of their own, one is started.
  static std::unique_ptr<ImageMaker> create(const FileReader& reader, const ImageForm& form, std::size_t bytes_kept);
};

/// Tells the sizes of images as FileReader::image_size() does, but of image files in a process of its own.
class SizeTeller {
 public:
  explicit SizeTeller(const FileReader& reader);
  ImageShape size(std::string_view bytes);

 private:
  const FileReader& reader_;
  std::unique_ptr<DecoderProcess> process_;
};

}  // namespace ersatz::data
