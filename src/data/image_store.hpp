#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::data {

enum class Split { train, test };
std::string_view split_name(Split split);  ///< "train" or "test"

/// Height and width in pixels. Images are always RGB.
struct ImageShape {
  int height = 0, width = 0;
  bool operator==(const ImageShape&) const = default;
  std::size_t bytes() const { return static_cast<std::size_t>(height) * width * 3; }
};

/// The decoded images of one (source, split) in one memory-mapped file, ordered by file name in
/// byte order. Read-only; shared by all processes that open it. Format: docs/file-formats.md.
///
/// A file may also be a *view*: some images of another store in the same folder, with labels of its own. Whoever reads
/// a store does not notice.
class ImageStore {
 public:
  /// Throws Error when the file is missing or of another format version, and DamagedFile when it is cut short or
  /// anything but the pixels is not what was written.
  explicit ImageStore(const std::filesystem::path& path);
  ~ImageStore();
  ImageStore(ImageStore&&) noexcept;
  ImageStore& operator=(ImageStore&&) noexcept;

  std::size_t size() const;
  ImageShape shape() const;
  const std::filesystem::path& path() const;
  /// The files it is in: of a view also that of the store it shows.
  std::vector<std::filesystem::path> files() const;

  /// Pixels [height, width, 3], 0..255, red first. When an image is asked for the first time it is compared with its
  /// checksum: throws DamagedFile. May be called by several threads.
  std::span<const std::uint8_t> image(std::size_t i) const;
  /// The same without a look at the pixels: to compare them with others.
  std::span<const std::uint8_t> unchecked_image(std::size_t i) const;
  /// Class index 0..classes-1 of every image.
  std::span<const std::int32_t> labels() const;
  /// What choices of images are balanced over: the labels, or where these say something else than the class of an
  /// image (label_by_source.hpp) its class.
  std::span<const std::int32_t> strata() const;
  /// Path of the image file below the folder of its source and split: "0000 (2).jpg", "cat/7.png".
  std::string_view file_name(std::size_t i) const;
  /// The first 8 bytes of the SHA-256 of the image file, to find exact copies.
  std::uint64_t file_hash(std::size_t i) const;
  /// The first 8 bytes of the SHA-256 of the pixels.
  std::uint64_t pixel_hash(std::size_t i) const;
  /// The same of the pixels as they were decoded, before they were resized, where the import kept that; else of the
  /// pixels.
  std::uint64_t decoded_hash(std::size_t i) const;
  /// The first 8 bytes of the SHA-256 of the name of the image's group, where the import was told of groups.
  std::optional<std::uint64_t> group_hash(std::size_t i) const;
  /// Of a view the store that it shows and which of its images; else null, and the image itself.
  const ImageStore* parent() const;
  std::uint32_t row(std::size_t i) const;
  /// 64 hexadecimal digits over names, labels, shape and pixels: the identity of this store,
  /// whether it came from a zip, a tar or a folder, and whether it is a view.
  std::string fingerprint() const;

 private:
  struct Mapped;
  std::unique_ptr<Mapped> mapped_;
};

}  // namespace ersatz::data
