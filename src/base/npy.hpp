#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ersatz {

/// A matrix of float32 in row-major order, as numpy.load returns it.
struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;  ///< [rows, columns]

  std::span<const float> row(std::size_t i) const { return std::span(values).subspan(i * columns, columns); }
};

/// Writes NPY format 1.0 (little-endian float32, C order), whole or not at all.
/// Format: numpy.lib.format.
void write_npy(const std::filesystem::path& path, const Matrix& matrix);

/// The bytes of a file with the same values rounded to float16: half the size, 11 significant bits.
std::string npy_of_halves(const Matrix& matrix);

struct NpyShape {
  std::size_t rows = 0, columns = 0;
};
/// The shape of what read_npy() would read, by the header and the size of the file. Throws Error as read_npy() does.
NpyShape read_npy_shape(const std::filesystem::path& path);

/// Reads what write_npy(), npy_of_halves() or numpy.save() of a 2-d array of float32 or float16 wrote. Throws Error
/// naming the file when it is cut short or holds something else.
Matrix read_npy(const std::filesystem::path& path);

}  // namespace ersatz
