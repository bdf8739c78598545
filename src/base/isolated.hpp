#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/isolated_process.hpp"

namespace ersatz {

/// Runs `work` in a forked child and waits for it: for work that may crash or take more than it should. Throws what
/// IsolatedProcess::finish() does. `work` must leave its results in files.
void run_isolated(const std::function<void()>& work, const IsolationLimits& limits);

/// Where a child writes what an IsolatedStream reads.
class IsolatedOutput {
 public:
  /// Without a descriptor everything stays in taken().
  explicit IsolatedOutput(int descriptor = -1) : descriptor_(descriptor) {}

  void write(const void* bytes, std::size_t size);
  void write(std::string_view bytes) { write(bytes.data(), bytes.size()); }
  template <typename Value>
  void value(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    write(&value, sizeof value);
  }
  /// A text with its length in front, as IsolatedStream::text() reads it.
  void text(std::string_view text);
  void flush();

  std::string take() { return std::move(buffer_); }

 private:
  int descriptor_;
  std::string buffer_;
};

/// The bytes that `work` writes in a child, while it writes them: for readers of strangers' files. Where sandbox() says
/// that there are no processes of their own, the same work runs in this one, before the first byte can be read.
class IsolatedStream {
 public:
  using Work = std::function<void(IsolatedOutput& out)>;

  IsolatedStream(const Work& work, const IsolationLimits& limits);

  /// Reads `size` bytes to `out`, fewer at the end only. Throws, behind the last byte, what the work threw, as
  /// IsolatedProcess::finish() does, and Stopped when a stop is requested while it waits.
  std::size_t read(char* out, std::size_t size);

  /// Reads exactly so much. Throws IsolatedFailure when the child has written less.
  void read_all(char* out, std::size_t size);
  template <typename Value>
  Value value() {
    Value value{};
    read_all(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  /// Throws IsolatedFailure for one that is longer than `longest`.
  std::string text(std::size_t longest);
  /// The same to memory that is used again.
  void text(std::size_t longest, std::string& text);

  /// Whether nothing follows; throws as read() does.
  bool at_end();

 private:
  bool fill();

  std::unique_ptr<IsolatedProcess> process_;  ///< null in this process, and behind the end
  std::string buffer_;
  std::size_t next_ = 0, end_ = 0;  ///< what of the buffer is still to be read
};

}  // namespace ersatz
