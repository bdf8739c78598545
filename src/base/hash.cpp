#include "base/hash.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/error.hpp"

namespace ersatz {
namespace {

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  // Every OpenSSL has SHA-256: there is no other reason.
  if (context_->evp == nullptr || EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

Sha256::~Sha256() = default;

void Sha256::update(const void* bytes, std::size_t size) { EVP_DigestUpdate(context_->evp, bytes, size); }

Digest Sha256::finish() {
  Digest digest{};
  EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  return digest;
}

Digest sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes.data(), bytes.size());
  return hash.finish();
}

std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t place) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
  constexpr std::size_t kLanes = 4, kWord = sizeof(std::uint64_t);
  // Each step is one to one in the lane and in the word, so that no single change is lost; four lanes, because a
  // multiplication waits for the one before.
  std::uint64_t lanes[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] = (place + lane + 1) * kOdd;
  const auto mix = [&](std::size_t lane, const std::byte* from, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, size);
    lanes[lane] = std::rotl((lanes[lane] ^ word) * kOdd, 29);
  };
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kLanes * kWord; left -= kLanes * kWord, at += kLanes * kWord) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) mix(lane, at + lane * kWord, kWord);
  }
  for (std::size_t lane = 0; left > 0; ++lane) {
    const std::size_t size = std::min(left, kWord);
    mix(lane, at, size);
    at += size;
    left -= size;
  }
  std::uint64_t sum = bytes.size();
  for (const std::uint64_t lane : lanes) {
    sum = (sum ^ lane) * kOdd;
    sum ^= sum >> 32;
  }
  return sum;
}

std::string md5_hex(std::span<const std::byte> bytes) {
  std::array<std::uint8_t, 16> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) {
    throw Error("OpenSSL offers no MD5");
  }
  return hexadecimal(digest);
}

std::string to_hex(const Digest& digest, std::size_t digits) {
  std::string text = hexadecimal(digest);
  text.resize(std::min(digits, text.size()));
  return text;
}

}  // namespace ersatz
