#include "data/import/record_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::data {
namespace {

class ArrayStream : public RecordStream {
 public:
  struct Form {
    std::size_t label_bytes, pixel_bytes, classes, images;
  };
  ArrayStream(const RecordArray& array, std::string_view file, Form form)
      : array_(array), in_(open_array(array, file)), form_(form), record_(form.label_bytes + form.pixel_bytes, '\0') {}

  std::optional<Record> next() override {
    if (next_ == form_.images) return {};
    in_->read_all(record_.data(), record_.size());
    Record record{std::string_view(record_).substr(form_.label_bytes), 0, {}};
    record.label =
        array_.labels.empty() ? static_cast<std::uint8_t>(record_[form_.label_bytes - 1]) : array_.labels[next_];
    if (static_cast<std::size_t>(record.label) >= form_.classes) {
      throw Error(
          fmt::format("unknown label: image {} says class {}, but there are {}", next_, record.label, form_.classes));
    }
    // Behind the last image the checksum of what was compressed is checked.
    char more = 0;
    if (++next_ == form_.images && in_->read(&more, 1) != 0) throw Error("has bytes left over behind its last image");
    return record;
  }

 private:
  const RecordArray& array_;
  std::unique_ptr<ByteStream> in_;
  Form form_;
  std::string record_;
  std::size_t next_ = 0;
};

}  // namespace

std::string PixelFormat::text() const {
  return fmt::format("{} x {} {}", shape.width, shape.height, arrangement == Arrangement::grey ? "grey" : "RGB");
}

std::unique_ptr<ByteStream> open_array(const RecordArray& array, std::string_view file) {
  std::unique_ptr<ByteStream> in;
  switch (array.packing) {
    case RecordArray::Packing::none: in = stream_of(file); break;
    case RecordArray::Packing::gzip: in = gunzip(file); break;
    case RecordArray::Packing::zip: in = unzip(file, array.zip_member); break;
  }
  in->skip(array.first);
  return in;
}

void require_room(const RecordArray& array, std::string_view file, std::uint64_t size) {
  constexpr std::uint64_t kLargestRatio = 1032;  // of deflate
  const std::uint64_t ratio = array.packing == RecordArray::Packing::none ? 1 : kLargestRatio;
  if (array.first > ratio * file.size() || size > ratio * file.size() - array.first) {
    throw Error("is cut short: it is too small for what its header says");
  }
}

std::unique_ptr<RecordStream> ArrayReader::records(const PlannedFile& file, std::string_view bytes) const {
  const ArrayStream::Form form{label_bytes_, format_.bytes(), classes_, file.images};
  return std::make_unique<ArrayStream>(arrays_.at({file.file, file.member}), bytes, form);
}

MadeImage ArrayReader::decode_record(std::string_view record, const ImageForm& form, std::uint8_t* pixels) const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(record.data());
  const std::size_t plane = format_.shape.bytes() / 3;
  return make_image(format_.shape, form, pixels, [&](std::uint8_t* to) {
    switch (format_.arrangement) {
      case Arrangement::interleaved: std::copy_n(bytes, 3 * plane, to); break;
      case Arrangement::planar:
        for (std::size_t p = 0; p < plane; ++p) {
          for (std::size_t c = 0; c < 3; ++c) to[3 * p + c] = bytes[c * plane + p];
        }
        break;
      case Arrangement::grey:
        for (std::size_t p = 0; p < plane; ++p) std::fill_n(to + 3 * p, 3, bytes[p]);
        break;
    }
  });
}

std::vector<std::string> numbered_classes(const std::vector<RecordArray>& arrays) {
  std::int32_t largest = 0;
  for (const RecordArray& array : arrays) {
    for (const std::int32_t label : array.labels) largest = std::max(largest, label);
  }
  std::vector<std::string> names;
  for (std::int32_t i = 0; i <= largest; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace ersatz::data
