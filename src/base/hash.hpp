#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ersatz {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4), fed in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(const void* bytes, std::size_t size);
  void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest sha256(std::span<const std::byte> bytes);
inline Digest sha256(std::string_view bytes) { return sha256(std::as_bytes(std::span(bytes.data(), bytes.size()))); }

/// 64 bits by which stored bytes are known to be what they were, at the speed of memory. A change of bytes within one
/// aligned word of 8 is always noticed, others but for a chance of 2^-64; it keeps nobody from forging. `place` tells
/// equal pieces of a file apart. The values are in files: they never change.
std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t place = 0);

/// MD5 (RFC 1321) in hexadecimal: only to compare with a checksum that others published.
std::string md5_hex(std::span<const std::byte> bytes);

/// Lower-case hexadecimal; the first `digits` of them.
std::string to_hex(const Digest& digest, std::size_t digits = 64);

}  // namespace ersatz
