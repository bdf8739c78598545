#include "base/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/half.hpp"
#include "base/npy_header.hpp"

namespace ersatz {
namespace {

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
      half_ = header.value_bytes == sizeof(std::uint16_t);
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", path.string(), problem.what()));
    }
  }

  const NpyShape& shape() const { return shape_; }

  Matrix read_values() {
    Matrix matrix{shape_.rows, shape_.columns, std::vector<float>(shape_.rows * shape_.columns)};
    if (half_) {
      std::vector<std::uint16_t> halves(matrix.values.size());
      read_values(halves);
      std::ranges::transform(halves, matrix.values.begin(), half_to_float);
    } else {
      read_values(matrix.values);
    }
    return matrix;
  }

 private:
  template <typename Value>
  void read_values(std::vector<Value>& values) {
    const std::size_t bytes = values.size() * sizeof(Value);
    if (read(reinterpret_cast<char*>(values.data()), bytes) != bytes) {
      throw Error(fmt::format("{}: is cut short", path_.string()));
    }
  }

  std::size_t read(char* out, std::size_t size) {
    file_.read(out, static_cast<std::streamsize>(size));
    if (file_.bad()) throw Error("cannot be read");
    return static_cast<std::size_t>(file_.gcount());
  }

  static void require_matrix(const NpyHeader& header, std::uint64_t size) {
    const bool known = header.value_bytes == sizeof(float) || header.value_bytes == sizeof(std::uint16_t);
    if (header.kind != 'f' || !known || header.big_endian || header.columns_first || header.shape.size() != 2) {
      throw Error("does not hold a 2-d array of float32 or float16 in C order");
    }
    const std::uint64_t needed = header.header_bytes + header.values() * header.value_bytes;
    if (size < needed) throw Error("is cut short");
    if (size > needed) throw Error("has bytes left over after its data");
  }

  std::filesystem::path path_;
  std::ifstream file_;
  NpyShape shape_;
  bool half_ = false;
};

}  // namespace

void write_npy(const std::filesystem::path& path, const Matrix& matrix) {
  AtomicFile file(path);
  file.write(npy_header_bytes("<f4", std::array{matrix.rows, matrix.columns}));
  file.write(matrix.values.data(), matrix.values.size() * sizeof(float));
  file.commit();
}

std::string npy_of_halves(const Matrix& matrix) {
  std::vector<std::uint16_t> halves(matrix.values.size());
  std::ranges::transform(matrix.values, halves.begin(), float_to_half);
  std::string bytes = npy_header_bytes("<f2", std::array{matrix.rows, matrix.columns});
  return bytes.append(reinterpret_cast<const char*>(halves.data()), halves.size() * sizeof(std::uint16_t));
}

NpyShape read_npy_shape(const std::filesystem::path& path) { return MatrixFile(path).shape(); }

Matrix read_npy(const std::filesystem::path& path) { return MatrixFile(path).read_values(); }

}  // namespace ersatz
