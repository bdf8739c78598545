#include "base/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/error.hpp"

namespace ersatz {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kPrefix = 10;  // magic, version, length of the header in two bytes
constexpr std::size_t kLongestHeader = 10'000;
constexpr std::size_t kMostSides = 32;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 48;

Error damaged(std::string_view how) { return Error(fmt::format("is damaged: {}", how)); }
Error no_table() { return Error("is a NumPy array that is no plain table of numbers"); }

void read_all(const ReadBytes& read, char* out, std::size_t size) {
  if (read(out, size) != size) throw Error("is cut short in its header");
}

std::string header_text(const ReadBytes& read, std::size_t& bytes) {
  std::array<char, 8> prefix{};
  if (read(prefix.data(), 8) != 8 || std::string_view(prefix.data(), 6) != "\x93NUMPY") {
    throw Error("is not a NumPy array");
  }
  if (prefix[6] < 1 || prefix[6] > 3) throw Error(fmt::format("is a NumPy array of version {}", int{prefix[6]}));
  const std::size_t size_bytes = prefix[6] == 1 ? 2 : 4;
  std::array<char, 4> size{};
  read_all(read, size.data(), size_bytes);
  std::size_t length = 0;
  for (std::size_t i = size_bytes; i-- > 0;) length = length << 8 | static_cast<unsigned char>(size[i]);
  if (length > kLongestHeader) throw damaged("its header is too long");
  std::string text(length, '\0');
  read_all(read, text.data(), length);
  bytes = 8 + size_bytes + length;
  return text;
}

/// Reads a header's text from left to right: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }. The keys may
/// be in any order.
class Literal {
 public:
  explicit Literal(std::string_view text) : rest_(text) {}

  void read(NpyHeader& header) {
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!take('}')) {
      const std::string_view key = quoted();
      expect(':');
      bool& has = key == "descr" ? has_type : key == "fortran_order" ? has_order : has_shape;
      if (has || (&has == &has_shape && key != "shape")) throw strange();
      has = true;
      if (key == "descr") {
        read_type(header);
      } else if (key == "fortran_order") {
        header.columns_first = truth();
      } else {
        read_shape(header);
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!rest_.empty() || !has_type || !has_order || !has_shape) throw strange();
  }

 private:
  static Error strange() { return damaged("its header is not as NumPy writes it"); }

  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  bool take(std::string_view wanted) {
    skip_spaces();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  bool take(char wanted) { return take(std::string_view(&wanted, 1)); }
  void expect(char wanted) {
    if (!take(wanted)) throw strange();
  }

  std::string_view quoted() {
    const char quote = take('"') ? '"' : '\'';
    if (quote == '\'') expect(quote);
    const std::size_t end = rest_.find(quote);
    if (end == std::string_view::npos) throw strange();
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool truth() {
    if (take("True")) return true;
    if (!take("False")) throw strange();
    return false;
  }

  // "<f4". A list of fields is no table of numbers, nor is a type with a unit.
  void read_type(NpyHeader& header) {
    if (take('[') || take('(')) throw no_table();
    std::string_view type = quoted();
    if (!type.empty() && std::string_view("<>|=").find(type.front()) != std::string_view::npos) {
      header.big_endian = type.front() == '>';
      type.remove_prefix(1);
    }
    const bool letter = !type.empty() && ((type.front() | 0x20) >= 'a' && (type.front() | 0x20) <= 'z');
    if (!letter || type.size() > 5) throw no_table();
    header.kind = type.front();
    header.value_bytes = 0;
    const char* const end = type.data() + type.size();
    const auto [rest, code] = std::from_chars(type.data() + 1, end, header.value_bytes);
    if (rest != end || (code != std::errc() && type.size() > 1)) throw no_table();
  }

  void read_shape(NpyHeader& header) {
    expect('(');
    while (!take(')')) {
      skip_spaces();
      std::uint64_t side = 0;
      const auto [rest, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), side);
      if (code == std::errc::result_out_of_range) throw damaged("its shape is impossible");
      if (code != std::errc()) throw strange();
      rest_.remove_prefix(static_cast<std::size_t>(rest - rest_.data()));
      take('L');  // as Python 2 wrote them
      header.shape.push_back(side);
      if (header.shape.size() > kMostSides) throw damaged("its shape is impossible");
      if (!take(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view rest_;
};

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
  for (const std::uint64_t side : shape) count *= side;
  return count;
}

NpyHeader read_npy_header(const ReadBytes& read) {
  NpyHeader header;
  const std::string text = header_text(read, header.header_bytes);
  Literal(text).read(header);
  // A side of 0 makes the product 0, whatever the others are: without it no product of some of them overflows either.
  std::uint64_t bytes = std::max<std::uint64_t>(1, header.value_bytes);
  for (const std::uint64_t side : header.shape) {
    if (side == 0) continue;
    if (bytes > kMostBytes / side) throw damaged("its shape is impossible");
    bytes *= side;
  }
  return header;
}

std::string npy_header_bytes(std::string_view type, std::span<const std::size_t> shape) {
  std::string sides;
  for (const std::size_t side : shape) sides += fmt::format("{}{}", sides.empty() ? "" : " ", side) + ",";
  if (shape.size() > 1) sides.pop_back();  // Python's tuples of one element end with a comma
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, sides);
  // The values start at a multiple of 64 bytes; the header ends with a line feed.
  text.append(63 - (kPrefix + text.size()) % 64, ' ');
  text += '\n';
  std::string bytes(kMagic);
  bytes += static_cast<char>(text.size() & 255);
  bytes += static_cast<char>(text.size() >> 8);
  return bytes + text;
}

}  // namespace ersatz
