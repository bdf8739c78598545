#include "base/npy_integers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>

#include "base/error.hpp"
#include "base/npy_header.hpp"

namespace ersatz {
namespace {

static_assert(std::endian::native == std::endian::little, "NPY files are written as they lie in memory");

template <typename Integer>
std::string bytes_of(std::span<const std::int32_t> values, std::string_view type) {
  std::vector<Integer> narrow(values.size());
  std::ranges::transform(values, narrow.begin(), [](std::int32_t value) { return static_cast<Integer>(value); });
  std::string bytes = npy_header_bytes(type, std::array{values.size()});
  return bytes.append(reinterpret_cast<const char*>(narrow.data()), narrow.size() * sizeof(Integer));
}

/// A file of whole numbers, opened where they begin.
class IntegerFile {
 public:
  explicit IntegerFile(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    std::error_code code;
    const std::uint64_t size = std::filesystem::file_size(path, code);
    if (!file_.is_open() || code) throw Error(fmt::format("cannot read {}", path.string()));
    try {
      header_ = read_npy_header([&](char* out, std::size_t count) { return read(out, count); });
      require_integers(size);
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", path.string(), problem.what()));
    }
  }

  std::size_t count() const { return header_.shape[0]; }

  std::vector<std::int32_t> values() {
    switch (header_.value_bytes) {
      case 1: return values_of<std::int8_t>();
      case 2: return values_of<std::int16_t>();
      default: return values_of<std::int32_t>();
    }
  }

 private:
  std::size_t read(char* out, std::size_t size) {
    file_.read(out, static_cast<std::streamsize>(size));
    if (file_.bad()) throw Error("cannot be read");
    return static_cast<std::size_t>(file_.gcount());
  }

  void require_integers(std::uint64_t size) const {
    const bool known = header_.value_bytes == 1 || header_.value_bytes == 2 || header_.value_bytes == 4;
    if (header_.kind != 'i' || !known || header_.big_endian || header_.shape.size() != 1) {
      throw Error("does not hold a 1-d array of int8, int16 or int32");
    }
    const std::uint64_t needed = header_.header_bytes + header_.values() * header_.value_bytes;
    if (size < needed) throw Error("is cut short");
    if (size > needed) throw Error("has bytes left over after its data");
  }

  template <typename Integer>
  std::vector<std::int32_t> values_of() {
    std::vector<Integer> narrow(count());
    const std::size_t bytes = narrow.size() * sizeof(Integer);
    if (read(reinterpret_cast<char*>(narrow.data()), bytes) != bytes) {
      throw Error(fmt::format("{}: is cut short", path_.string()));
    }
    return {narrow.begin(), narrow.end()};
  }

  std::filesystem::path path_;
  std::ifstream file_;
  NpyHeader header_;
};

}  // namespace

std::string npy_of_integers(std::span<const std::int32_t> values, std::int64_t limit) {
  if (limit <= std::int64_t{1} << 7) return bytes_of<std::int8_t>(values, "|i1");
  if (limit <= std::int64_t{1} << 15) return bytes_of<std::int16_t>(values, "<i2");
  return bytes_of<std::int32_t>(values, "<i4");
}

std::size_t count_npy_integers(const std::filesystem::path& path) { return IntegerFile(path).count(); }

std::vector<std::int32_t> read_npy_integers(const std::filesystem::path& path) { return IntegerFile(path).values(); }

}  // namespace ersatz
