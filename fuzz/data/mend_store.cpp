#include <cstring>

#include "base/hash.hpp"
#include "data/mend.hpp"
#include "data/store_format.hpp"
#include "data/view_format.hpp"

namespace ersatz::fuzzing {
namespace {

using namespace ersatz::data;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

void mend_view(std::string& bytes) {
  if (bytes.size() < sizeof(ViewHeader) + sizeof(std::uint64_t)) return;
  const std::size_t end = bytes.size() - sizeof(std::uint64_t);
  put_little_endian(bytes, end, 8, checksum(bytes_of(std::string_view(bytes).substr(0, end))));
}

void mend_images(std::string& bytes) {
  StoreHeader header;
  StoreChecks checks;
  if (bytes.size() < sizeof header + sizeof checks) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::memcpy(&checks, bytes.data() + sizeof header, sizeof checks);
  if (checks == StoreChecks() || header.labels > bytes.size()) return;
  const std::uint64_t image = std::uint64_t{header.height} * header.width * 3;
  for (std::uint64_t i = 0; i < header.count && image <= bytes.size(); ++i) {
    const std::uint64_t from = header.pixels + i * image, to = checks.images + i * sizeof(std::uint64_t);
    if (from > bytes.size() - image || to > bytes.size() - sizeof(std::uint64_t)) break;
    put_little_endian(bytes, to, 8, checksum(bytes_of(std::string_view(bytes).substr(from, image)), i));
  }
  checks.facts = checksum(bytes_of(std::string_view(bytes).substr(header.labels)));
  checks.header = header_check(header, checks);
  std::memcpy(bytes.data() + sizeof header, &checks, sizeof checks);
}

}  // namespace

void mend_store(std::string& bytes, unsigned) {
  if (bytes.starts_with(std::string_view(kViewMagic.data(), kViewMagic.size()))) return mend_view(bytes);
  if (bytes.starts_with(std::string_view(kStoreMagic.data(), kStoreMagic.size()))) return mend_images(bytes);
}

}  // namespace ersatz::fuzzing
