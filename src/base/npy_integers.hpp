#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ersatz {

/// The bytes of an NPY file (format 1.0) with a row of whole numbers, in the smallest of int8, int16 and int32 that has
/// all from -limit to limit - 1. The values must be among these.
std::string npy_of_integers(std::span<const std::int32_t> values, std::int64_t limit);

/// How many numbers read_npy_integers() would read, by the header and the size of the file. Throws Error as that does.
std::size_t count_npy_integers(const std::filesystem::path& path);

/// Reads what npy_of_integers() or numpy.save() of a 1-d array of int8, int16 or int32 wrote. Throws Error naming the
/// file when it is cut short or holds something else.
std::vector<std::int32_t> read_npy_integers(const std::filesystem::path& path);

}  // namespace ersatz
