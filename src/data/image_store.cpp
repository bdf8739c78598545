#include "data/image_store.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

constexpr std::uint32_t kLargestStoredSide = 1 << 16;

}  // namespace

std::string_view split_name(Split split) { return split == Split::train ? "train" : "test"; }

struct ImageStore::Mapped {
  std::filesystem::path path;
  MappedFile file;
  StoreHeader header;

  template <typename T>
  const T* at(std::uint64_t offset) const {
    return reinterpret_cast<const T*>(file.bytes().data() + offset);
  }
};

ImageStore::ImageStore(const std::filesystem::path& path) : mapped_(std::make_unique<Mapped>()) {
  mapped_->path = path;
  mapped_->file = MappedFile(path);
  const auto bytes = mapped_->file.bytes();
  const auto fail = [&](std::string_view reason) {
    return Error(fmt::format("{} {}", path.string(), reason), "delete this file: it is made again from the images");
  };
  StoreHeader& header = mapped_->header;
  if (bytes.size() < sizeof header) throw fail("is not an image store: it is too short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != kStoreMagic) throw fail("is not an image store");
  if (header.version != kStoreVersion) {
    throw fail(fmt::format("is an image store of version {}, not {}", header.version, kStoreVersion));
  }
  // Every offset follows from the counts; after this check none can point outside the file.
  const ImageShape shape{static_cast<int>(header.height), static_cast<int>(header.width)};
  const bool plausible = header.height > 0 && header.width > 0 && header.height <= kLargestStoredSide &&
                         header.width <= kLargestStoredSide && header.count <= bytes.size() / shape.bytes();
  if (!plausible || header.names > header.file_size) throw fail("is damaged: its header is not plausible");
  const StoreHeader right = store_header(shape, header.count, header.file_size - header.names);
  if (header.pixels != right.pixels || header.labels != right.labels || header.file_hashes != right.file_hashes ||
      header.pixel_hashes != right.pixel_hashes || header.name_ends != right.name_ends || header.names != right.names) {
    throw fail("is damaged: its header is not plausible");
  }
  if (header.file_size != bytes.size()) {
    throw fail(fmt::format("has {} bytes but its header says {}", bytes.size(), header.file_size));
  }
  const auto* ends = mapped_->at<std::uint64_t>(header.name_ends);
  for (std::size_t i = 0; i < header.count; ++i) {
    if (ends[i] > header.file_size - header.names || (i > 0 && ends[i] < ends[i - 1])) {
      throw fail("is damaged: its names are not in order");
    }
  }
}

ImageStore::~ImageStore() = default;
ImageStore::ImageStore(ImageStore&&) noexcept = default;
ImageStore& ImageStore::operator=(ImageStore&&) noexcept = default;

std::size_t ImageStore::size() const { return mapped_->header.count; }
const std::filesystem::path& ImageStore::path() const { return mapped_->path; }

ImageShape ImageStore::shape() const {
  return {static_cast<int>(mapped_->header.height), static_cast<int>(mapped_->header.width)};
}

std::span<const std::uint8_t> ImageStore::image(std::size_t i) const {
  const std::size_t bytes = shape().bytes();
  return {mapped_->at<std::uint8_t>(mapped_->header.pixels) + i * bytes, bytes};
}

std::span<const std::int32_t> ImageStore::labels() const {
  return {mapped_->at<std::int32_t>(mapped_->header.labels), size()};
}

std::string_view ImageStore::file_name(std::size_t i) const {
  const auto* ends = mapped_->at<std::uint64_t>(mapped_->header.name_ends);
  const std::uint64_t begin = i == 0 ? 0 : ends[i - 1];
  return {mapped_->at<char>(mapped_->header.names) + begin, ends[i] - begin};
}

std::uint64_t ImageStore::file_hash(std::size_t i) const {
  return mapped_->at<std::uint64_t>(mapped_->header.file_hashes)[i];
}

std::uint64_t ImageStore::pixel_hash(std::size_t i) const {
  return mapped_->at<std::uint64_t>(mapped_->header.pixel_hashes)[i];
}

std::string ImageStore::fingerprint() const { return to_hex(mapped_->header.fingerprint); }

}  // namespace ersatz::data
