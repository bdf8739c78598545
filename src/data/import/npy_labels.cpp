#include "data/import/npy_labels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

constexpr std::int64_t kMostClasses = 1 << 16;
constexpr std::uint64_t kMostLabels = 1 << 27;

std::uint64_t number_of(const char* bytes, std::size_t size, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[big_endian ? i : size - 1 - i]);
    value = value << 8 | byte;
  }
  return value;
}

}  // namespace

std::vector<std::int32_t> read_npy_labels(const NpyHeader& header, ByteStream& in) {
  const bool flat = header.shape.size() == 1 || (header.shape.size() == 2 && header.shape[1] == 1);
  if (!flat) throw Error("holds labels that are not one number for each image");
  if ((header.kind != 'u' && header.kind != 'i') || header.value_bytes < 1 || header.value_bytes > 8) {
    throw Error(fmt::format("holds labels of the type {}: they must be whole numbers", header.type()),
                "labels.astype(\"int64\") makes them so");
  }
  const std::uint64_t count = header.values();
  if (count > kMostLabels) throw Error(fmt::format("holds {} labels, more than are read", count));
  std::vector<std::int32_t> labels;
  std::vector<char> block(4096 * header.value_bytes);
  const unsigned unused = 64 - 8 * static_cast<unsigned>(header.value_bytes);
  while (labels.size() < count) {
    const std::size_t some = std::min<std::uint64_t>(4096, count - labels.size());
    in.read_all(block.data(), some * header.value_bytes);
    for (std::size_t i = 0; i < some; ++i) {
      const std::uint64_t bits =
          number_of(block.data() + i * header.value_bytes, header.value_bytes, header.big_endian);
      const std::int64_t value =
          header.kind == 'u' ? static_cast<std::int64_t>(bits) : static_cast<std::int64_t>(bits << unused) >> unused;
      if (value < 0 || value >= kMostClasses) {
        throw Error(
            fmt::format("label {} is {}, which is not between 0 and {}", labels.size(), value, kMostClasses - 1));
      }
      labels.push_back(static_cast<std::int32_t>(value));
    }
  }
  return labels;
}

}  // namespace ersatz::data
