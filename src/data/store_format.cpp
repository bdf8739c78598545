#include "data/store_format.hpp"

#include <bit>

#include "base/damaged_file.hpp"

namespace ersatz::data {
namespace {

constexpr std::uint64_t kPage = 4096;

std::uint64_t round_up(std::uint64_t n, std::uint64_t to) { return (n + to - 1) / to * to; }

}  // namespace

StoreHeader store_header(ImageShape shape, std::uint64_t count, std::uint64_t names_size, std::uint32_t extras) {
  StoreHeader header;
  header.version = extras == 0 ? kStoreVersion : kStoreVersionWithExtras;
  header.extras = extras;
  header.height = static_cast<std::uint32_t>(shape.height);
  header.width = static_cast<std::uint32_t>(shape.width);
  header.count = count;
  header.pixels = kPage;
  header.labels = round_up(header.pixels + count * shape.bytes(), kPage);
  header.file_hashes = round_up(header.labels + count * sizeof(std::int32_t), 64);
  header.pixel_hashes = header.file_hashes + count * sizeof(std::uint64_t);
  header.name_ends =
      header.pixel_hashes + (1 + static_cast<std::uint64_t>(std::popcount(extras))) * count * sizeof(std::uint64_t);
  header.names = header.name_ends + count * sizeof(std::uint64_t);
  header.file_size = header.names + names_size;
  return header;
}

std::uint64_t header_check(const StoreHeader& header, const StoreChecks& checks) {
  return checksum(std::as_bytes(std::span(&header, 1)), checksum(std::as_bytes(std::span(&checks.images, 2))));
}

std::uint64_t short_hash(const Digest& digest) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return value;
}

FingerprintBuilder::FingerprintBuilder(ImageShape shape, std::uint64_t count) {
  const std::uint64_t numbers[3] = {static_cast<std::uint64_t>(shape.height), static_cast<std::uint64_t>(shape.width),
                                    count};
  hash_.update("ersatz images 1\n");
  hash_.update(numbers, sizeof numbers);
}

void FingerprintBuilder::add(std::string_view name, std::int32_t label, const Digest& pixels) {
  const std::uint64_t length = name.size();
  hash_.update(&length, sizeof length);
  hash_.update(name);
  hash_.update(&label, sizeof label);
  hash_.update(pixels.data(), pixels.size());
}

bool is_intact(const ImageStore& store) try {
  FingerprintBuilder fingerprint(store.shape(), store.size());
  for (std::size_t i = 0; i < store.size(); ++i) {
    const Digest pixels = sha256(std::as_bytes(store.image(i)));
    if (short_hash(pixels) != store.pixel_hash(i)) return false;
    fingerprint.add(store.file_name(i), store.labels()[i], pixels);
  }
  return to_hex(fingerprint.finish()) == store.fingerprint();
} catch (const DamagedFile&) {
  return false;
}

}  // namespace ersatz::data
