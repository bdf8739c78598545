#include "data/parquet/value_decoder.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/error.hpp"
#include "data/parquet/delta_decoder.hpp"
#include "data/parquet/hybrid_decoder.hpp"

namespace ersatz::data {
namespace {

std::string_view take(std::string_view& bytes, std::uint64_t size) {
  if (size > bytes.size()) throw Error("is damaged: a page has fewer values than it says");
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

template <typename T>
T take_number(std::string_view& bytes) {
  T value{};
  std::memcpy(&value, take(bytes, sizeof value).data(), sizeof value);
  return value;
}

class Plain : public ValueDecoder {
 public:
  Plain(ParquetType type, std::string_view page) : type_(type), rest_(page) {}

  ParquetValue next() override {
    switch (type_) {
      case ParquetType::int32: return {{}, take_number<std::int32_t>(rest_)};
      case ParquetType::int64: return {{}, take_number<std::int64_t>(rest_)};
      default: return {take(rest_, take_number<std::uint32_t>(rest_)), 0};
    }
  }

 private:
  ParquetType type_;
  std::string_view rest_;
};

class Numbered : public ValueDecoder {
 public:
  Numbered(std::string_view page, const ParquetDictionary& dictionary) : dictionary_(dictionary) {
    const int width = static_cast<std::uint8_t>(take(page, 1).front());
    numbers_ = {page, width};
  }

  ParquetValue next() override {
    const std::uint32_t number = numbers_.next();
    if (number >= dictionary_.size()) throw Error("is damaged: a value is not in its column's dictionary");
    return dictionary_[number];
  }

 private:
  const ParquetDictionary& dictionary_;
  HybridDecoder numbers_;
};

class Delta : public ValueDecoder {
 public:
  Delta(ParquetType type, std::string_view page) : narrow_(type == ParquetType::int32), numbers_(page) {}

  ParquetValue next() override {
    const std::int64_t value = numbers_.next();
    return {{}, narrow_ ? static_cast<std::int32_t>(value) : value};
  }

 private:
  bool narrow_;
  DeltaDecoder numbers_;
};

/// What follows the numbers at the beginning of a page.
std::string_view behind_numbers(std::string_view page) {
  DeltaDecoder all(page);
  while (all.left() > 0) all.next();
  return all.rest();
}

class DeltaLength : public ValueDecoder {
 public:
  explicit DeltaLength(std::string_view page) : lengths_(page), rest_(behind_numbers(page)) {}

  ParquetValue next() override {
    return {take(rest_, static_cast<std::uint64_t>(lengths_.next())), 0};  // (a negative one is too large)
  }

 private:
  DeltaDecoder lengths_;
  std::string_view rest_;
};

/// Values without what they share with the beginning of the one before.
class DeltaBytes : public ValueDecoder {
 public:
  explicit DeltaBytes(std::string_view page) : prefixes_(page), suffixes_(behind_numbers(page)) {}

  ParquetValue next() override {
    const auto prefix = static_cast<std::uint64_t>(prefixes_.next());
    if (prefix > value_.size()) throw Error("is damaged: a value begins with more than the one before has");
    value_.resize(prefix);
    value_ += suffixes_.next().bytes;
    return {value_, 0};
  }

 private:
  DeltaDecoder prefixes_;
  DeltaLength suffixes_;
  std::string value_;
};

const char* name_of(ParquetEncoding encoding) {
  switch (encoding) {
    case ParquetEncoding::rle: return "RLE";
    case ParquetEncoding::delta_binary_packed: return "DELTA_BINARY_PACKED";
    case ParquetEncoding::delta_length_byte_array: return "DELTA_LENGTH_BYTE_ARRAY";
    case ParquetEncoding::delta_byte_array: return "DELTA_BYTE_ARRAY";
    case ParquetEncoding::byte_stream_split: return "BYTE_STREAM_SPLIT";
    default: return "an unknown encoding";
  }
}

}  // namespace

bool is_readable(ParquetType type) {
  return type == ParquetType::int32 || type == ParquetType::int64 || type == ParquetType::byte_array;
}

std::unique_ptr<ValueDecoder> decode_values(ParquetEncoding encoding, ParquetType type, std::string_view page,
                                            const ParquetDictionary& dictionary) {
  const bool integer = type == ParquetType::int32 || type == ParquetType::int64;
  switch (encoding) {
    case ParquetEncoding::plain: return std::make_unique<Plain>(type, page);
    case ParquetEncoding::plain_dictionary:
    case ParquetEncoding::rle_dictionary: return std::make_unique<Numbered>(page, dictionary);
    case ParquetEncoding::delta_binary_packed:
      if (integer) return std::make_unique<Delta>(type, page);
      break;
    case ParquetEncoding::delta_length_byte_array:
      if (!integer) return std::make_unique<DeltaLength>(page);
      break;
    case ParquetEncoding::delta_byte_array:
      if (!integer) return std::make_unique<DeltaBytes>(page);
      break;
    default: break;
  }
  throw Error(fmt::format("has values in the encoding {}, which ersatz does not read here", name_of(encoding)),
              "write it again with the encoding PLAIN or with dictionaries, as most programs do by themselves");
}

ParquetDictionary read_dictionary(ParquetType type, std::string_view page, std::uint64_t count) {
  const std::size_t smallest = type == ParquetType::int64 ? 8 : 4;
  if (count > page.size() / smallest) throw Error("is damaged: a dictionary has fewer values than it says");
  ParquetDictionary dictionary;
  dictionary.reserve(count);
  Plain values(type, page);
  for (std::uint64_t i = 0; i < count; ++i) dictionary.push_back(values.next());
  return dictionary;
}

}  // namespace ersatz::data
