#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace ersatz::data {

/// Reads Thrift's compact protocol, in which Parquet writes its headers. Everything is checked against the bytes
/// that are there: damaged input throws Error, takes no memory and no deep recursion.
class ThriftReader {
 public:
  explicit ThriftReader(std::string_view bytes) : rest_(bytes) {}

  /// Reads a struct. For every field `field(id)` reads the value with one of these functions and returns true, or
  /// returns false without reading, and the value is passed over.
  void structure(const std::function<bool(int id)>& field);

  /// Reads a list; `element()` reads one value. The number of elements is at most that of the bytes that follow.
  void list(const std::function<void()>& element);

  std::int64_t integer();
  bool boolean();
  std::string_view binary();

  /// What follows the last value that was read.
  std::string_view rest() const { return rest_; }

 private:
  class Depth;

  std::uint8_t byte();
  std::uint64_t varint();
  std::int64_t zigzag();
  std::string_view take(std::uint64_t size);
  void expect(bool right) const;
  struct ListHeader {
    std::uint8_t type;
    std::uint64_t size;
  };
  ListHeader list_header();
  void skip();
  void skip_map();

  std::string_view rest_;
  std::uint8_t type_ = 12;  // of the value that is read next; a struct at the beginning
  bool in_field_ = false;   // the value of a boolean is in its field's type
  int depth_ = 0;
};

}  // namespace ersatz::data
