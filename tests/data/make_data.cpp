#include "data/make_data.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <png.h>

#include <clocale>
#include <fstream>
#include <stdexcept>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/codec/encode_jpeg.hpp"

namespace ersatz::testing {

std::vector<std::uint8_t> image_pixels(int number, data::ImageShape shape) {
  Random random(static_cast<std::uint64_t>(number), "test image");
  std::vector<std::uint8_t> pixels(shape.bytes());
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(random.below(256));
  return pixels;
}

std::string png_image(int number, data::ImageShape shape) {
  const auto pixels = image_pixels(number, shape);
  ::png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(shape.width);
  image.height = static_cast<png_uint_32>(shape.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  if (!png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr))
    throw std::runtime_error(image.message);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr))
    throw std::runtime_error(image.message);
  bytes.resize(size);
  return bytes;
}

std::string jpeg_image(int number, data::ImageShape shape) {
  return data::encode_jpeg(image_pixels(number, shape), shape, 80);
}

Files cifake_files(const std::string& prefix, int train, int test) {
  Files files;
  int number = 0;
  for (const std::string split : {"test", "train"}) {
    for (const std::string source : {"FAKE", "REAL"}) {
      for (int i = 0; i < (split == "train" ? train : test); ++i) {
        for (int k = 1; k <= 10; ++k) {
          const std::string name = k == 1 ? fmt::format("{:04}.png", i) : fmt::format("{:04} ({}).png", i, k);
          files.emplace_back(prefix + split + "/" + source + "/" + name, png_image(number++));
        }
      }
    }
  }
  return files;
}

Files ten_of_one_source(int first, data::ImageShape shape) {
  Files files;
  for (int k = 1; k <= 10; ++k) {
    files.emplace_back(k == 1 ? "train/0000.png" : fmt::format("train/0000 ({}).png", k), png_image(first + k, shape));
  }
  return files;
}

std::filesystem::path write_archive(const std::filesystem::path& path, const Files& files, Packing packing) {
  // libarchive writes names in UTF-8 in such a locale only; reading must work in the C locale too.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  archive* out = archive_write_new();
  if (packing == Packing::zip || packing == Packing::stored_zip) {
    archive_write_set_format_zip(out);
    if (packing == Packing::stored_zip) archive_write_zip_set_compression_store(out);
  } else {
    archive_write_set_format_pax_restricted(out);
    if (packing == Packing::tar_gz) archive_write_add_filter_gzip(out);
  }
  archive_write_set_bytes_per_block(out, 512);
  const auto check = [&](la_ssize_t status) {
    if (status < 0) throw std::runtime_error(archive_error_string(out));
  };
  check(archive_write_open_filename(out, path.c_str()));
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1'000'000'000, 0);
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    check(archive_write_header(out, entry));
    check(archive_write_data(out, bytes.data(), bytes.size()));
    archive_entry_free(entry);
  }
  check(archive_write_close(out));
  archive_write_free(out);
  std::setlocale(LC_CTYPE, "C");
  return path;
}

void write_plain(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::filesystem::path write_tree(const std::filesystem::path& folder, const Files& files) {
  for (const auto& [name, bytes] : files) write_plain(folder / name, bytes);
  return folder;
}

data::DataSet open_path(const std::filesystem::path& path, const std::filesystem::path& cache) {
  data::DataLocation location;
  location.path = path;
  data::ImportOptions options;
  options.cache = cache;
  return data::open_data_set(location, options);
}

std::string error_of(const data::DataLocation& location, const std::filesystem::path& cache) {
  try {
    data::ImportOptions options;
    options.cache = cache;
    data::open_data_set(location, options);
  } catch (const Error& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
  return "";
}

std::string error_of(const std::filesystem::path& path, const std::filesystem::path& cache) {
  return error_of(data::DataLocation{path, {}}, cache);
}

}  // namespace ersatz::testing
