#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/data_set.hpp"

namespace ersatz::testing {

/// Files by path, in the order in which they go into an archive.
using Files = std::vector<std::pair<std::string, std::string>>;

/// An image file whose pixels depend on `number` alone; different numbers, different pixels.
std::string png_image(int number, data::ImageShape shape = {8, 8});
std::string jpeg_image(int number, data::ImageShape shape = {8, 8});
/// The pixels that png_image() encodes.
std::vector<std::uint8_t> image_pixels(int number, data::ImageShape shape = {8, 8});

/// CIFAKE's layout below `prefix`: for REAL and FAKE `train` images of each of the ten classes in
/// train and `test` in test, all different, as PNG (whose names CIFAKE would give a JPEG).
Files cifake_files(const std::string& prefix = "", int train = 5, int test = 2);

/// A source's own container, as CIFAKE names files: one training image of each class, numbered from `first`.
Files ten_of_one_source(int first, data::ImageShape shape = {8, 8});

enum class Packing { zip, stored_zip, tar, tar_gz };
std::filesystem::path write_archive(const std::filesystem::path& path, const Files& files, Packing packing);
/// Writes a file without waiting for the disk; missing folders are made.
void write_plain(const std::filesystem::path& path, const std::string& bytes);
std::filesystem::path write_tree(const std::filesystem::path& folder, const Files& files);

/// Opens `path` with all sources, with a cache folder beside it unless given.
data::DataSet open_path(const std::filesystem::path& path, const std::filesystem::path& cache);

/// The text of the Error (message, then hint) that opening throws; "" when it throws none.
std::string error_of(const data::DataLocation& location, const std::filesystem::path& cache);
std::string error_of(const std::filesystem::path& path, const std::filesystem::path& cache);

}  // namespace ersatz::testing
