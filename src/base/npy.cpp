#include "base/npy.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy_header.hpp"

namespace ersatz {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kPrefix = 10;  // magic, version, length of the header in two bytes

static_assert(std::endian::native == std::endian::little, "NPY files are written as they lie in memory");

/// A file of a matrix, opened where its values begin.
class MatrixFile {
 public:
  explicit MatrixFile(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    std::error_code code;
    const std::uint64_t size = std::filesystem::file_size(path, code);
    if (!file_.is_open() || code) throw Error(fmt::format("cannot read {}", path.string()));
    try {
      const NpyHeader header = read_npy_header([&](char* out, std::size_t count) { return read(out, count); });
      require_matrix(header, size);
      shape_ = {header.shape[0], header.shape[1]};
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", path.string(), problem.what()));
    }
  }

  const NpyShape& shape() const { return shape_; }

  Matrix read_values() {
    Matrix matrix{shape_.rows, shape_.columns, std::vector<float>(shape_.rows * shape_.columns)};
    const std::size_t bytes = matrix.values.size() * sizeof(float);
    if (read(reinterpret_cast<char*>(matrix.values.data()), bytes) != bytes) {
      throw Error(fmt::format("{}: is cut short", path_.string()));
    }
    return matrix;
  }

 private:
  std::size_t read(char* out, std::size_t size) {
    file_.read(out, static_cast<std::streamsize>(size));
    if (file_.bad()) throw Error("cannot be read");
    return static_cast<std::size_t>(file_.gcount());
  }

  static void require_matrix(const NpyHeader& header, std::uint64_t size) {
    if (header.kind != 'f' || header.value_bytes != sizeof(float) || header.big_endian || header.columns_first ||
        header.shape.size() != 2) {
      throw Error("does not hold a 2-d float32 array in C order");
    }
    const std::uint64_t needed = header.header_bytes + header.values() * sizeof(float);
    if (size < needed) throw Error("is cut short");
    if (size > needed) throw Error("has bytes left over after its data");
  }

  std::filesystem::path path_;
  std::ifstream file_;
  NpyShape shape_;
};

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

NpyShape read_npy_shape(const std::filesystem::path& path) { return MatrixFile(path).shape(); }

Matrix read_npy(const std::filesystem::path& path) { return MatrixFile(path).read_values(); }

}  // namespace ersatz
