#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/image_store.hpp"
#include "data/import/byte_stream.hpp"
#include "data/import/file_reader.hpp"

namespace ersatz::data {

/// How the bytes of an image lie that is not compressed: red, green and blue of each pixel together, three planes one
/// after another, or one grey value for each pixel.
enum class Arrangement { interleaved, planar, grey };

struct PixelFormat {
  ImageShape shape;
  Arrangement arrangement = Arrangement::interleaved;

  std::size_t bytes() const { return shape.bytes() / (arrangement == Arrangement::grey ? 3 : 1); }
  std::string text() const;  ///< for messages: "32 x 32 RGB"
  bool operator==(const PixelFormat&) const = default;
};

/// Where the images of a planned file lie and what they show.
struct RecordArray {
  enum class Packing { none, gzip, zip };
  Packing packing = Packing::none;
  std::size_t zip_member = 0;
  std::size_t first = 0;             ///< the bytes in front of the first image
  std::vector<std::int32_t> labels;  ///< of all images; empty where each has label bytes in front
};

/// Opens the bytes of an array: those behind `first`.
std::unique_ptr<ByteStream> open_array(const RecordArray& array, std::string_view file);

/// Throws Error when `file` is too small to hold `size` bytes behind `first`, however well they are packed: whoever
/// reads it takes memory for each image.
void require_room(const RecordArray& array, std::string_view file, std::uint64_t size);

/// Reads images that lie one after another without compression of their own. Of `label_bytes` in front of each the last
/// one is its class.
class ArrayReader : public RecordReader {
 public:
  ArrayReader(PixelFormat format, std::size_t label_bytes, std::size_t classes)
      : format_(format), label_bytes_(label_bytes), classes_(classes) {}

  void add(const PlannedFile& file, RecordArray array) { arrays_[{file.file, file.member}] = std::move(array); }

  ImageShape image_size(std::string_view) const override { return format_.shape; }
  std::unique_ptr<RecordStream> records(const PlannedFile& file, std::string_view bytes) const override;
  MadeImage decode_record(std::string_view record, const ImageForm& form, std::uint8_t* pixels) const override;
  bool may_skip() const override { return false; }
  const char* broken_hint() const override { return "get the file again"; }

 private:
  PixelFormat format_;
  std::size_t label_bytes_, classes_;
  std::map<std::pair<std::size_t, std::string>, RecordArray> arrays_;
};

/// "0", "1", ... as many as the largest label of `arrays` needs.
std::vector<std::string> numbered_classes(const std::vector<RecordArray>& arrays);

}  // namespace ersatz::data
