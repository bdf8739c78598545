#include "data/parquet/thrift.hpp"

#include "base/error.hpp"

namespace ersatz::data {
namespace {

enum Type : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12
};

constexpr int kDeepest = 32;

}  // namespace

/// One level of nesting, for as long as it is read.
class ThriftReader::Depth {
 public:
  explicit Depth(ThriftReader& reader) : reader_(reader) {
    if (++reader_.depth_ > kDeepest) throw Error("is damaged: a header is nested too deeply");
  }
  ~Depth() { --reader_.depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  ThriftReader& reader_;
};

void ThriftReader::expect(bool right) const {
  if (!right) throw Error("is damaged: a header holds a value of another kind than expected");
}

std::string_view ThriftReader::take(std::uint64_t size) {
  if (size > rest_.size()) throw Error("is cut short or damaged in a header");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t ThriftReader::byte() { return static_cast<std::uint8_t>(take(1)[0]); }

std::uint64_t ThriftReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t piece = byte();
    value |= std::uint64_t{piece & 0x7fU} << shift;
    if (piece < 0x80) return value;
  }
  throw Error("is damaged: a number in a header has no end");
}

std::int64_t ThriftReader::zigzag() {
  const std::uint64_t value = varint();
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

void ThriftReader::structure(const std::function<bool(int)>& field) {
  expect(type_ == kStruct);
  const Depth depth(*this);
  std::int64_t id = 0;
  while (true) {
    const std::uint8_t header = byte();
    if (header == kStop) return;
    id = header >> 4 != 0 ? id + (header >> 4) : zigzag();
    if (id < 0 || id > 0x7fff) throw Error("is damaged: a header has a field of an impossible number");
    type_ = header & 15;
    in_field_ = true;
    if (!field(static_cast<int>(id))) skip();
  }
}

ThriftReader::ListHeader ThriftReader::list_header() {
  const std::uint8_t header = byte();
  const std::uint64_t size = header >> 4 == 15 ? varint() : header >> 4;
  // Every element takes a byte at least.
  if (size > rest_.size()) throw Error("is cut short or damaged in a header");
  return {static_cast<std::uint8_t>(header & 15), size};
}

void ThriftReader::list(const std::function<void()>& element) {
  expect(type_ == kList || type_ == kSet);
  const Depth depth(*this);
  const ListHeader header = list_header();
  for (std::uint64_t i = 0; i < header.size; ++i) {
    type_ = header.type;
    in_field_ = false;
    element();
  }
}

std::int64_t ThriftReader::integer() {
  if (type_ == kByte) return static_cast<std::int8_t>(byte());
  expect(type_ == kI16 || type_ == kI32 || type_ == kI64);
  return zigzag();
}

bool ThriftReader::boolean() {
  expect(type_ == kTrue || type_ == kFalse);
  return (in_field_ ? type_ : byte()) == kTrue;
}

std::string_view ThriftReader::binary() {
  expect(type_ == kBinary);
  return take(varint());
}

void ThriftReader::skip_map() {
  const Depth depth(*this);
  const std::uint64_t size = varint();
  if (size == 0) return;
  const std::uint8_t types = byte();
  if (size > rest_.size()) throw Error("is cut short or damaged in a header");
  for (std::uint64_t i = 0; i < 2 * size; ++i) {
    type_ = i % 2 == 0 ? types >> 4 : types & 15;
    in_field_ = false;
    skip();
  }
}

void ThriftReader::skip() {
  switch (type_) {
    case kTrue:
    case kFalse: boolean(); return;
    case kByte:
    case kI16:
    case kI32:
    case kI64: integer(); return;
    case kDouble: take(8); return;
    case kBinary: binary(); return;
    case kList:
    case kSet: list([this] { skip(); }); return;
    case kMap: skip_map(); return;
    case kStruct: structure([](int) { return false; }); return;
    default: throw Error("is damaged: a header holds a value of an unknown kind");
  }
}

}  // namespace ersatz::data
