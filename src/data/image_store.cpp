#include "data/image_store.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstring>

#include "base/damaged_file.hpp"
#include "base/files.hpp"
#include "data/store_format.hpp"
#include "data/view_format.hpp"

namespace ersatz::data {
namespace {

constexpr std::uint32_t kLargestStoredSide = 1 << 16;

}  // namespace

std::string_view split_name(Split split) { return split == Split::train ? "train" : "test"; }

struct ImageStore::Mapped {
  std::filesystem::path path;
  MappedFile file;
  StoreHeader header;
  // Of a view: the store that holds the images, and which of them it shows.
  std::unique_ptr<const ImageStore> parent;
  const std::uint32_t* rows = nullptr;
  std::uint64_t strata = 0;  // offset; 0: they are the labels
  StoreChecks checks;
  std::vector<std::atomic<bool>> checked;  // of a store, by image: whether its pixels were found to be right

  template <typename T>
  const T* at(std::uint64_t offset) const {
    return reinterpret_cast<const T*>(file.bytes().data() + offset);
  }

  DamagedFile damage(std::string_view reason) const { return {path, fmt::format("{} {}", path.string(), reason)}; }
  Error other_version(std::string_view what, std::uint32_t found, std::uint32_t wanted) const {
    return Error(fmt::format("{} is {} of version {}, not {}", path.string(), what, found, wanted),
                 "delete this file: it is made again from the images");
  }
  void open_store();
  void require_facts() const;
  void require_image(std::size_t i, std::span<const std::uint8_t> pixels);
  void open_view();
};

void ImageStore::Mapped::open_store() {
  const auto bytes = file.bytes();
  if (bytes.size() < sizeof header) throw damage("is not an image store: it is too short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (bytes.size() >= sizeof header + sizeof checks) {
    std::memcpy(&checks, bytes.data() + sizeof header, sizeof checks);
  }
  if (header.magic != kStoreMagic) throw damage("is not an image store");
  if (header.version != kStoreVersion && header.version != kStoreVersionWithExtras) {
    throw other_version("an image store", header.version, kStoreVersion);
  }
  // Every offset follows from the counts; after this check none can point outside the file.
  const ImageShape shape{static_cast<int>(header.height), static_cast<int>(header.width)};
  const std::uint32_t extras = header.version == kStoreVersion ? 0 : header.extras;
  const bool plausible = header.height > 0 && header.width > 0 && header.height <= kLargestStoredSide &&
                         header.width <= kLargestStoredSide && header.count <= bytes.size() / shape.bytes() &&
                         extras <= (kDecodedHashes | kGroupHashes);
  if (!plausible || header.names > header.file_size) throw damage("is damaged: its header is not plausible");
  const StoreHeader right = store_header(shape, header.count, header.file_size - header.names, extras);
  if (header.pixels != right.pixels || header.labels != right.labels || header.file_hashes != right.file_hashes ||
      header.pixel_hashes != right.pixel_hashes || header.name_ends != right.name_ends || header.names != right.names) {
    throw damage("is damaged: its header is not plausible");
  }
  if (header.file_size != bytes.size()) {
    throw damage(fmt::format("has {} bytes but its header says {}", bytes.size(), header.file_size));
  }
  require_facts();
  checked = std::vector<std::atomic<bool>>(header.count);
  header.extras = extras;
  const auto* ends = at<std::uint64_t>(header.name_ends);
  for (std::size_t i = 0; i < header.count; ++i) {
    if (ends[i] > header.file_size - header.names || (i > 0 && ends[i] < ends[i - 1])) {
      throw damage("is damaged: its names are not in order");
    }
  }
}

// (Its header may be any by now, but leads nowhere outside the file.)
void ImageStore::Mapped::require_facts() const {
  if (checks == StoreChecks()) return;  // of an older version
  const auto bytes = file.bytes();
  const bool right =
      checks.images <= bytes.size() && bytes.size() - checks.images == header.count * sizeof(std::uint64_t) &&
      checks.images >= header.names && checks.images % alignof(std::uint64_t) == 0 &&
      checks.header == header_check(header, checks) && checks.facts == checksum(bytes.subspan(header.labels));
  if (!right) throw damage("is damaged: its header, labels or names are not what was written");
}

// Two threads may both find an image right, which does no harm.
void ImageStore::Mapped::require_image(std::size_t i, std::span<const std::uint8_t> pixels) {
  const auto bytes = std::as_bytes(pixels);
  const bool right = checks == StoreChecks() ? short_hash(sha256(bytes)) == at<std::uint64_t>(header.pixel_hashes)[i]
                                             : checksum(bytes, i) == at<std::uint64_t>(checks.images)[i];
  if (!right) throw damage(fmt::format("is damaged: the pixels of its image {} are not what was written", i));
  checked[i].store(true, std::memory_order_relaxed);
}

// The header of a view becomes that of a store without pixels of its own: count, labels and fingerprint.
void ImageStore::Mapped::open_view() {
  const auto bytes = file.bytes();
  ViewHeader view;
  if (bytes.size() < sizeof view) throw damage("is not an image store: it is too short");
  std::memcpy(&view, bytes.data(), sizeof view);
  const bool has_strata = view.version == kViewVersionWithStrata;
  if (view.version != kViewVersion && !has_strata) {
    throw other_version("a view", view.version, kViewVersionWithStrata);
  }
  const ViewHeader right = view_header(view.count, view.parent_size, has_strata);
  if (view.count > bytes.size() || view.parent_size > bytes.size() || view.labels != right.labels ||
      view.rows != right.rows || view.parent != right.parent || view.file_size != right.file_size ||
      view.file_size != bytes.size()) {
    throw damage("is damaged: its header is not plausible");
  }
  const auto checked_bytes = bytes.first(bytes.size() - sizeof(std::uint64_t));
  std::uint64_t check = 0;
  std::memcpy(&check, checked_bytes.data() + checked_bytes.size(), sizeof check);
  if (check != checksum(checked_bytes)) throw damage("is damaged: it is not what was written");
  const std::string name(at<char>(view.parent), view.parent_size);
  if (name.empty() || name.find('/') != std::string::npos) throw damage("is damaged: its parent has no name");
  const auto magic = std::string_view(kViewMagic.data(), kViewMagic.size());
  if (MappedFile(path.parent_path() / name).text().starts_with(magic)) throw damage("is damaged: it shows a view");
  parent = std::make_unique<const ImageStore>(path.parent_path() / name);
  rows = at<std::uint32_t>(view.rows);
  for (std::size_t i = 0; i < view.count; ++i) {
    if (rows[i] >= parent->size() || (i > 0 && rows[i] <= rows[i - 1])) {
      throw damage("is damaged: its images are not in order");
    }
  }
  if (has_strata) strata = view.rows + view.count * sizeof(std::uint32_t);
  header.count = view.count;
  header.labels = view.labels;
  header.fingerprint = view.fingerprint;
}

ImageStore::ImageStore(const std::filesystem::path& path) : mapped_(std::make_unique<Mapped>()) {
  mapped_->path = path;
  mapped_->file = MappedFile(path, MappedFile::Use::seen);
  const std::string_view text = mapped_->file.text();
  const bool is_view = text.starts_with(std::string_view(kViewMagic.data(), kViewMagic.size()));
  is_view ? mapped_->open_view() : mapped_->open_store();
}

ImageStore::~ImageStore() = default;
ImageStore::ImageStore(ImageStore&&) noexcept = default;
ImageStore& ImageStore::operator=(ImageStore&&) noexcept = default;

std::size_t ImageStore::size() const { return mapped_->header.count; }
const std::filesystem::path& ImageStore::path() const { return mapped_->path; }

ImageShape ImageStore::shape() const {
  if (mapped_->parent) return mapped_->parent->shape();
  return {static_cast<int>(mapped_->header.height), static_cast<int>(mapped_->header.width)};
}

std::span<const std::uint8_t> ImageStore::image(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->image(mapped_->rows[i]);
  const auto pixels = unchecked_image(i);
  if (!mapped_->checked[i].load(std::memory_order_relaxed)) mapped_->require_image(i, pixels);
  return pixels;
}

std::vector<std::filesystem::path> ImageStore::files() const {
  std::vector<std::filesystem::path> all{mapped_->path};
  if (mapped_->parent) all.push_back(mapped_->parent->path());
  return all;
}

std::span<const std::uint8_t> ImageStore::unchecked_image(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->unchecked_image(mapped_->rows[i]);
  const std::size_t bytes = shape().bytes();
  return {mapped_->at<std::uint8_t>(mapped_->header.pixels) + i * bytes, bytes};
}

std::span<const std::int32_t> ImageStore::labels() const {
  return {mapped_->at<std::int32_t>(mapped_->header.labels), size()};
}

std::span<const std::int32_t> ImageStore::strata() const {
  if (mapped_->strata == 0) return labels();
  return {mapped_->at<std::int32_t>(mapped_->strata), size()};
}

const ImageStore* ImageStore::parent() const { return mapped_->parent.get(); }

std::uint32_t ImageStore::row(std::size_t i) const {
  return mapped_->parent ? mapped_->rows[i] : static_cast<std::uint32_t>(i);
}

std::string_view ImageStore::file_name(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->file_name(mapped_->rows[i]);
  const auto* ends = mapped_->at<std::uint64_t>(mapped_->header.name_ends);
  const std::uint64_t begin = i == 0 ? 0 : ends[i - 1];
  return {mapped_->at<char>(mapped_->header.names) + begin, ends[i] - begin};
}

std::uint64_t ImageStore::file_hash(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->file_hash(mapped_->rows[i]);
  return mapped_->at<std::uint64_t>(mapped_->header.file_hashes)[i];
}

std::uint64_t ImageStore::pixel_hash(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->pixel_hash(mapped_->rows[i]);
  return mapped_->at<std::uint64_t>(mapped_->header.pixel_hashes)[i];
}

std::uint64_t ImageStore::decoded_hash(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->decoded_hash(mapped_->rows[i]);
  if ((mapped_->header.extras & kDecodedHashes) == 0) return pixel_hash(i);
  return mapped_->at<std::uint64_t>(mapped_->header.decoded_hashes())[i];
}

std::optional<std::uint64_t> ImageStore::group_hash(std::size_t i) const {
  if (mapped_->parent) return mapped_->parent->group_hash(mapped_->rows[i]);
  if ((mapped_->header.extras & kGroupHashes) == 0) return std::nullopt;
  return mapped_->at<std::uint64_t>(mapped_->header.group_hashes())[i];
}

std::string ImageStore::fingerprint() const { return to_hex(mapped_->header.fingerprint); }

}  // namespace ersatz::data
