#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

// The file behind an ImageStore. docs/file-formats.md describes it byte by byte.

inline constexpr std::array<char, 8> kStoreMagic{'e', 'r', 's', 'a', 't', 'z', 'I', 'M'};
inline constexpr std::uint32_t kStoreVersion = 1;
inline constexpr std::uint32_t kStoreVersionWithExtras = 2;  ///< of stores with any of StoreExtras

/// Arrays that only some stores have, one bit each.
enum StoreExtras : std::uint32_t {
  kDecodedHashes = 1,  ///< the pixels as they were decoded, before they were resized
  kGroupHashes = 2,    ///< what belongs together on one side of a split
};

static_assert(std::endian::native == std::endian::little, "stores are written as they lie in memory");

/// The first bytes of a store, little-endian. Offsets count from the start of the file.
struct StoreHeader {
  std::array<char, 8> magic = kStoreMagic;
  std::uint32_t version = kStoreVersion;
  std::uint32_t height = 0, width = 0;
  std::uint32_t extras = 0;        ///< StoreExtras
  std::uint64_t count = 0;         ///< images
  std::uint64_t pixels = 0;        ///< uint8 [count, height, width, 3]
  std::uint64_t labels = 0;        ///< int32 [count]
  std::uint64_t file_hashes = 0;   ///< uint64 [count]
  std::uint64_t pixel_hashes = 0;  ///< uint64 [count]
  // Behind the pixel hashes: uint64 [count] for each of the extras, in the order of their bits.
  std::uint64_t name_ends = 0;  ///< uint64 [count]: where each name ends, from `names`
  std::uint64_t names = 0;      ///< the names, one after another
  std::uint64_t file_size = 0;
  Digest fingerprint{};

  std::uint64_t decoded_hashes() const { return pixel_hashes + count * sizeof(std::uint64_t); }
  std::uint64_t group_hashes() const {
    return decoded_hashes() + ((extras & kDecodedHashes) != 0 ? count * sizeof(std::uint64_t) : 0);
  }
};
static_assert(sizeof(StoreHeader) == 120);

/// What stores are checked by, behind their header. Zeros in stores of versions up to 0.2: the pixels of these are
/// checked by the hashes that they have, the rest is not.
struct StoreChecks {
  std::uint64_t images = 0;  ///< uint64 [count] at the end of the file: checksum(pixels of image i, i)
  std::uint64_t facts = 0;   ///< of everything behind the pixels
  std::uint64_t header = 0;  ///< of the header and the two numbers above

  bool operator==(const StoreChecks&) const = default;
};

/// What StoreChecks::header must be.
std::uint64_t header_check(const StoreHeader& header, const StoreChecks& checks);

/// The header of a store of `count` images whose names take `names_size` bytes together. All offsets follow
/// from these, so a reader can check them.
StoreHeader store_header(ImageShape shape, std::uint64_t count, std::uint64_t names_size, std::uint32_t extras = 0);

/// The first 8 bytes of a digest as a number, big end first.
std::uint64_t short_hash(const Digest& digest);

/// The fingerprint of a store: SHA-256 over shape, count and, image by image in store order, name,
/// label and SHA-256 of the pixels.
class FingerprintBuilder {
 public:
  FingerprintBuilder(ImageShape shape, std::uint64_t count);
  void add(std::string_view name, std::int32_t label, const Digest& pixels);
  Digest finish() { return hash_.finish(); }

 private:
  Sha256 hash_;
};

/// Whether the pixels, names and labels of a store still have its fingerprint (reads all of it; DamagedFile is false).
bool is_intact(const ImageStore& store);

}  // namespace ersatz::data
