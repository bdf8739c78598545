#include "data/import/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kLongestHeader = 4096;
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

std::string header_text(ByteStream& in, std::size_t& bytes) {
  std::array<char, 8> prefix{};
  if (in.read(prefix.data(), 8) != 8 || std::string_view(prefix.data(), 6) != "\x93NUMPY") {
    throw Error("is not a NumPy array");
  }
  if (prefix[6] < 1 || prefix[6] > 3) throw Error(fmt::format("is a NumPy array of version {}", int{prefix[6]}));
  const std::size_t size_bytes = prefix[6] == 1 ? 2 : 4;
  std::array<char, 4> size{};
  in.read_all(size.data(), size_bytes);
  const std::uint64_t length = number_of(size.data(), size_bytes, false);
  if (length > kLongestHeader) throw Error("is damaged: its header is too long");
  std::string text(length, '\0');
  in.read_all(text.data(), text.size());
  bytes = 8 + size_bytes + text.size();
  return text;
}

}  // namespace

std::string NpyHeader::type() const {
  const char* name = kind == 'u'   ? "uint"
                     : kind == 'i' ? "int"
                     : kind == 'f' ? "float"
                     : kind == 'b' ? "bool"
                     : kind == 'c' ? "complex"
                     : kind == 'O' ? "object"
                                   : "text";
  return *name == 'u' || *name == 'i' || *name == 'f' || *name == 'c' ? fmt::format("{}{}", name, 8 * value_bytes)
                                                                      : name;
}

std::uint64_t NpyHeader::values() const {
  std::uint64_t count = 1;
  for (const std::uint64_t side : shape) {
    if (side != 0 && count > (std::uint64_t{1} << 48) / side) throw Error("is damaged: its shape is impossible");
    count *= side;
  }
  return count;
}

NpyHeader read_npy_header(ByteStream& in) {
  NpyHeader header;
  const std::string text = header_text(in, header.header_bytes);
  static const std::regex type(R"('descr':\s*'([<>|=]?)([a-zA-Z])(\d{0,4})')");
  static const std::regex order(R"('fortran_order':\s*(True|False))");
  static const std::regex shape(R"('shape':\s*\(((\s*\d{1,15}\s*,?){0,8})\s*\))");
  std::smatch found_type, found_order, found_shape;
  if (!std::regex_search(text, found_type, type) || !std::regex_search(text, found_order, order) ||
      !std::regex_search(text, found_shape, shape)) {
    throw Error("is a NumPy array that is no plain table of numbers");
  }
  header.big_endian = found_type[1] == ">";
  header.kind = found_type[2].str().front();
  header.value_bytes = found_type[3].length() == 0 ? 0 : std::stoul(found_type[3]);
  header.columns_first = found_order[1] == "True";
  const std::string sides = found_shape[1];
  static const std::regex digits(R"(\d+)");
  for (std::sregex_iterator at(sides.begin(), sides.end(), digits), end; at != end; ++at) {
    header.shape.push_back(std::stoull(at->str()));
  }
  return header;
}

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
