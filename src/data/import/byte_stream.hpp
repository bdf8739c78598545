#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::data {

/// Bytes one after another, however many: memory does not grow with them.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Reads `size` bytes to `out`, fewer at the end only. Throws Error, whose text goes behind a file's name, when what
  /// is read is damaged.
  virtual std::size_t read(char* out, std::size_t size) = 0;

  /// Reads exactly `size` bytes; throws Error("is cut short") at an earlier end.
  void read_all(char* out, std::size_t size);
  void skip(std::size_t size);
};

// All of these keep only a reference to `bytes`.

std::unique_ptr<ByteStream> stream_of(std::string_view bytes);

/// What a gzip file holds; its checksum is checked at the end.
std::unique_ptr<ByteStream> gunzip(std::string_view bytes);

/// The names of the files in a zip. Throws Error when it is none, is cut short or encrypted.
std::vector<std::string> zip_members(std::string_view bytes);

/// One of them, by its place in the list; its checksum is checked at the end.
std::unique_ptr<ByteStream> unzip(std::string_view bytes, std::size_t member);

}  // namespace ersatz::data
