#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/isolated.hpp"

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

// All of these keep only a reference to `bytes`. What unpacks runs in a child process in the sandbox, where sandbox()
// says that there are such; its reasons to fail are Errors of read() as well.

/// What a child that unpacks may take: time as much as whoever reads lets it have.
inline constexpr IsolationLimits kUnpackingLimits{.cpu_seconds = IsolationLimits::kNoLimit,
                                                  .memory = std::uint64_t{1} << 30,
                                                  .seconds = IsolationLimits::kNoLimit,
                                                  .sandbox = true};

/// The stream that `make` opens, read in a child.
std::unique_ptr<ByteStream> in_sandbox(const std::function<std::unique_ptr<ByteStream>()>& make);

std::unique_ptr<ByteStream> stream_of(std::string_view bytes);

/// What a gzip file holds; its checksum is checked at the end.
std::unique_ptr<ByteStream> gunzip(std::string_view bytes);

/// The names of the files in a zip. Throws Error when it is none, is cut short or encrypted.
std::vector<std::string> zip_members(std::string_view bytes);

/// One of them, by its place in the list; its checksum is checked at the end.
std::unique_ptr<ByteStream> unzip(std::string_view bytes, std::size_t member);

}  // namespace ersatz::data
