#include "base/npy.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <regex>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kPrefix = 10;  // magic, version, length of the header in two bytes

static_assert(std::endian::native == std::endian::little, "NPY files are written as they lie in memory");

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

Matrix read_npy(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const auto fail = [&](std::string_view reason) -> Error {
    return Error(fmt::format("{}: {}", path.string(), reason));
  };
  if (bytes.size() < kPrefix || std::string_view(bytes).substr(0, 8) != kMagic)
    throw fail("is not an NPY file of format 1.0");
  const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  if (bytes.size() < kPrefix + length) throw fail("is cut short in its header");
  const std::string header = bytes.substr(kPrefix, length);
  static const std::regex pattern(
      R"(\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,12}), (\d{1,12})\), \}\s*)");
  std::smatch match;
  if (!std::regex_match(header, match, pattern)) throw fail("does not hold a 2-d float32 array in C order");
  Matrix matrix{std::stoull(match[1]), std::stoull(match[2]), {}};
  const std::size_t available = bytes.size() - kPrefix - length;
  if (matrix.columns != 0 && matrix.rows > available / sizeof(float) / matrix.columns) throw fail("is cut short");
  matrix.values.resize(matrix.rows * matrix.columns);
  if (available != matrix.values.size() * sizeof(float)) throw fail("has bytes left over after its data");
  std::memcpy(matrix.values.data(), bytes.data() + kPrefix + length, available);
  return matrix;
}

}  // namespace ersatz
