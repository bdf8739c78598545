#include "data/import/byte_stream.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.hpp"
#include "base/sandbox.hpp"

namespace ersatz::data {
namespace {

class Memory : public ByteStream {
 public:
  explicit Memory(std::string_view bytes) : rest_(bytes) {}

  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = rest_.copy(out, size);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

class Gzip : public ByteStream {
 public:
  explicit Gzip(std::string_view bytes) : rest_(bytes) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw Error("cannot be unpacked: zlib does not start");
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  std::size_t read(char* out, std::size_t size) override {
    std::size_t have = 0;
    while (have < size && !ended_) {
      constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
      const auto in = static_cast<uInt>(std::min(rest_.size(), kMost));
      const auto room = static_cast<uInt>(std::min(size - have, kMost));
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
      stream_.avail_in = in;
      stream_.next_out = reinterpret_cast<Bytef*>(out + have);
      stream_.avail_out = room;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      rest_.remove_prefix(in - stream_.avail_in);
      have += room - stream_.avail_out;
      if (status == Z_STREAM_END) {
        ended_ = rest_.empty();
        if (!ended_) inflateReset(&stream_);  // another gzip file behind this one belongs to it
      } else if (status != Z_OK) {
        throw Error("is cut short or damaged: it cannot be unpacked");
      }
    }
    return have;
  }

 private:
  std::string_view rest_;
  z_stream stream_{};
  bool ended_ = false;
};

/// What another stream reads in a child.
class InChild : public ByteStream {
 public:
  explicit InChild(const std::function<std::unique_ptr<ByteStream>()>& make)
      : stream_(
            [&](IsolatedOutput& out) {
              const auto in = make();
              std::vector<char> block(std::size_t{1} << 16);
              while (const std::size_t count = in->read(block.data(), block.size())) out.write(block.data(), count);
            },
            kUnpackingLimits) {}

  std::size_t read(char* out, std::size_t size) override {
    try {
      return stream_.read(out, size);
    } catch (const IsolatedFailure& failure) {
      throw Error(fmt::format("cannot be unpacked: {}", failure.what()));
    }
  }

 private:
  IsolatedStream stream_;
};

}  // namespace

std::unique_ptr<ByteStream> in_sandbox(const std::function<std::unique_ptr<ByteStream>()>& make) {
  if (!has_own_processes()) return make();
  return std::make_unique<InChild>(make);
}

void ByteStream::read_all(char* out, std::size_t size) {
  if (read(out, size) != size) throw Error("is cut short");
}

void ByteStream::skip(std::size_t size) {
  std::array<char, 4096> buffer;
  while (size > 0) {
    const std::size_t count = std::min(size, buffer.size());
    read_all(buffer.data(), count);
    size -= count;
  }
}

std::unique_ptr<ByteStream> stream_of(std::string_view bytes) { return std::make_unique<Memory>(bytes); }

std::unique_ptr<ByteStream> gunzip(std::string_view bytes) {
  return in_sandbox([&] { return std::make_unique<Gzip>(bytes); });
}

}  // namespace ersatz::data
