#include "base/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <regex>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kPrefix = 10;  // magic, version, length of the header in two bytes
constexpr std::size_t kLongestHeader = kPrefix + 65535;

static_assert(std::endian::native == std::endian::little, "NPY files are written as they lie in memory");

struct Header {
  NpyShape shape;
  std::size_t end = 0;  // where the data begin
};

// The header of a file of `size` bytes that begins with `bytes`. Throws Error when the data do not fill the rest.
Header parse_header(const std::filesystem::path& path, const std::string& bytes, std::size_t size) {
  const auto fail = [&](std::string_view reason) { return Error(fmt::format("{}: {}", path.string(), reason)); };
  if (bytes.size() < kPrefix || std::string_view(bytes).substr(0, 8) != kMagic)
    throw fail("is not an NPY file of format 1.0");
  const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  if (bytes.size() < kPrefix + length) throw fail("is cut short in its header");
  const std::string header = bytes.substr(kPrefix, length);
  static const std::regex pattern(
      R"(\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,12}), (\d{1,12})\), \}\s*)");
  std::smatch match;
  if (!std::regex_match(header, match, pattern)) throw fail("does not hold a 2-d float32 array in C order");
  const NpyShape shape{std::stoull(match[1]), std::stoull(match[2])};
  const std::size_t available = size - kPrefix - length;
  if (shape.columns != 0 && shape.rows > available / sizeof(float) / shape.columns) throw fail("is cut short");
  if (available != shape.rows * shape.columns * sizeof(float)) throw fail("has bytes left over after its data");
  return {shape, kPrefix + length};
}

}  // namespace

void write_npy(const std::filesystem::path& path, const Matrix& matrix) {
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", matrix.rows, matrix.columns);
  // The data start at a multiple of 64 bytes; the header ends with a line feed.
  header.append(63 - (kPrefix + header.size()) % 64, ' ');
  header += '\n';
  AtomicFile file(path);
  file.write(kMagic);
  const char length[2] = {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  file.write(length, 2);
  file.write(header);
  file.write(matrix.values.data(), matrix.values.size() * sizeof(float));
  file.commit();
}

NpyShape read_npy_shape(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kLongestHeader, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (file.bad() || !file.is_open() || code) throw Error(fmt::format("cannot read {}", path.string()));
  return parse_header(path, bytes, std::max<std::size_t>(size, bytes.size())).shape;
}

Matrix read_npy(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const Header header = parse_header(path, bytes, bytes.size());
  Matrix matrix{header.shape.rows, header.shape.columns, {}};
  matrix.values.resize(matrix.rows * matrix.columns);
  std::memcpy(matrix.values.data(), bytes.data() + header.end, bytes.size() - header.end);
  return matrix;
}

}  // namespace ersatz
