#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/isolated_process.hpp"

namespace ersatz {

/// Memory that this process and the children it forks afterwards share. It starts as zeros, and takes room when it is
/// first written.
class SharedMemory {
 public:
  /// Throws std::bad_alloc.
  explicit SharedMemory(std::size_t size);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// Gives the room of all bytes from `begin` on back: they are zeros again.
  void forget(std::size_t begin) const;

 private:
  std::uint8_t* data_;
  std::size_t size_;
};

/// A child that answers one request after another: for decoders that are asked thousands of times.
class IsolatedService {
 public:
  /// Answers a request, in the child. beat(n) says that n parts of it have been done. What it throws ends the child.
  using Handler = std::function<std::string(std::string_view request, const IsolatedProcess::Beat& beat)>;

  /// Of `limits`, the seconds are those between two beats.
  IsolatedService(Handler handler, const IsolationLimits& limits);

  /// Starts the child where none runs. call() does it, too; as long as this process has one thread it is safer.
  void start();

  /// The answer, of at most `longest` bytes. Throws as IsolatedProcess::finish() does; the next call starts another
  /// child.
  std::string call(std::string_view request, std::size_t longest);

  /// How many parts of the last request were done.
  std::uint64_t beats() const { return beats_; }

  /// Ends the child: the next call starts one that knows of what was mapped meanwhile.
  void stop() { process_.reset(); }

 private:
  void transfer(bool out, char* bytes, std::size_t size);

  Handler handler_;
  IsolationLimits limits_;
  std::unique_ptr<IsolatedProcess> process_;
  std::uint64_t beats_ = 0;
};

}  // namespace ersatz
