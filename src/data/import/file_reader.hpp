#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/codec/image_form.hpp"
#include "data/image_store.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

struct DecodedImage {
  std::int32_t label = 0;  ///< class index
  std::string_view bytes;  ///< what the image was decoded from; equal bytes are copies
  MadeImage made{};
};

/// The images of one file, while its bytes are in memory.
class OpenFile {
 public:
  virtual ~OpenFile() = default;

  /// Makes image `i` of PlannedFile::images, to `pixels` [height, width, 3]; called in order. Throws
  /// WrongSize when it has another size than the form and is not resized, and Error, without the file's
  /// name, when it cannot be decoded.
  virtual DecodedImage decode(std::size_t i, std::uint8_t* pixels) = 0;
};

/// One of the many images of a file, as it lies in it.
struct Record {
  std::string_view bytes;  ///< valid until the next one is read; equal bytes are copies
  std::int32_t label = 0;  ///< class index
  std::string problem;     ///< why it is no image with a class, or empty
};

/// Goes through the images of a file.
class RecordStream {
 public:
  virtual ~RecordStream() = default;

  /// The next image, nothing behind the last. Throws Error, without the file's name, when the file is damaged.
  virtual std::optional<Record> next() = 0;
};

class RecordReader;

/// How the files of a layout become images: a file format, whose reader find_layout() chooses.
/// Several threads use one reader at a time.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// The size of the images in a file of these bytes; Error, without the file's name, when it has none.
  virtual ImageShape image_size(std::string_view bytes) const = 0;

  /// Images of `form` from `bytes`, those of the whole file. All must outlive what is returned.
  virtual std::unique_ptr<OpenFile> open(const PlannedFile& file, std::string_view bytes,
                                         const ImageForm& form) const = 0;

  /// This reader, when its files hold so many images that they are read one by one.
  virtual const RecordReader* by_record() const { return nullptr; }

  /// Whether what it decodes are image files: image_size(), and make_image() of the bytes of a file or record.
  virtual bool decodes_image_files() const { return false; }

  /// Whether --skip-broken may leave out what cannot be read of a file.
  virtual bool may_skip() const = 0;

  /// What to do about a file that cannot be read, where the Error itself does not say.
  virtual const char* broken_hint() const = 0;
};

/// A reader of files of any size: one thread goes through a file, several decode what it finds. image_size() is asked
/// for a record, open() never.
class RecordReader : public FileReader {
 public:
  const RecordReader* by_record() const override { return this; }
  std::unique_ptr<OpenFile> open(const PlannedFile&, std::string_view, const ImageForm&) const override {
    return nullptr;
  }

  /// The images of a file, PlannedFile::images of them; `bytes` outlive what is returned.
  virtual std::unique_ptr<RecordStream> records(const PlannedFile& file, std::string_view bytes) const = 0;

  /// Makes an image of the bytes of a record as OpenFile::decode() does.
  virtual MadeImage decode_record(std::string_view record, const ImageForm& form, std::uint8_t* pixels) const = 0;
};

}  // namespace ersatz::data
