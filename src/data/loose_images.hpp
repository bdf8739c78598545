#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/batch_source.hpp"
#include "data/codec/decoder_process.hpp"
#include "data/codec/image_form.hpp"

namespace ersatz::data {

/// The image files below a path: of a file the file itself, of a folder all files with an image's ending, in byte order
/// of their names, but no hidden ones. Throws Error when nothing is there, and when a folder lists too much
/// (listing.hpp).
std::vector<std::filesystem::path> image_files(const std::filesystem::path& path);

/// Image files that belong to no data set, made one size.
struct LooseImages {
  std::vector<std::filesystem::path> files;  ///< those that could be read
  std::vector<std::uint8_t> pixels;          ///< [files.size(), height, width, 3]
  ImageShape shape;
  struct Problem {
    std::filesystem::path file;
    std::string text, hint;
  };
  std::vector<Problem> problems{};  ///< of the other files
  std::size_t resized = 0;          ///< images that had another size

  std::span<const std::uint8_t> image(std::size_t i) const {
    return std::span(pixels).subspan(i * shape.bytes(), shape.bytes());
  }
};

/// Reads image files of any size and format that data sets may have, in the sandbox.
class LooseImageReader {
 public:
  explicit LooseImageReader(const Resize& resize);
  LooseImages read(std::span<const std::filesystem::path> files);

 private:
  DecoderProcess::Result decode(std::string_view file, bool resizes, std::uint8_t* pixels);

  Resize resize_;
  std::unique_ptr<DecoderProcess> same_, any_;  ///< for images of that size and for others; none without a sandbox
};

/// Loose images through a PixelTransform. They have no labels: all are 0.
class LooseSource : public BatchSource {
 public:
  /// `images` must outlive the source.
  LooseSource(const LooseImages& images, const PixelTransform& transform);

  std::array<int, 3> shape() const override;
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override;

 private:
  const LooseImages& images_;
  PixelTransform transform_;
  std::vector<std::int32_t> labels_;
};

}  // namespace ersatz::data
