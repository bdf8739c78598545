#include "data/loose_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"
#include "data/import/container.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

std::vector<fs::path> image_files(const fs::path& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    if (fs::is_regular_file(path, code)) return {path};
    if (fs::exists(path, code)) throw Error(fmt::format("{} is no file and no folder", path.string()));
    throw Error(fmt::format("there is no file or folder {}", path.string()));
  }
  std::vector<fs::path> files;
  const auto folder = open_container(path);
  for (const ContainerFile& file : folder->files()) {
    if (has_image_ending(file.path) && !is_hidden(file.path)) files.push_back(path / file.path);
  }
  if (files.empty()) throw Error(fmt::format("{} holds no images (.jpg, .png, .webp, .gif or .bmp)", path.string()));
  std::ranges::sort(files, {}, [](const fs::path& file) { return file.string(); });
  return files;
}

LooseImageReader::LooseImageReader(const Resize& resize) : resize_(resize) {
  if (!has_own_processes()) return;
  same_ = std::make_unique<DecoderProcess>(ImageForm{resize.size, std::nullopt});
  any_ = std::make_unique<DecoderProcess>(ImageForm{resize.size, resize});
}

DecoderProcess::Result LooseImageReader::decode(std::string_view file, bool resizes, std::uint8_t* pixels) {
  using Result = DecoderProcess::Result;
  if (DecoderProcess* const process = (resizes ? any_ : same_).get()) {
    Result result = process->make({file}).front();
    if (result.kind == Result::fine) std::copy_n(process->pixels(0), resize_.size.bytes(), pixels);
    return result;
  }
  try {
    make_image(file, {resize_.size, resizes ? std::optional(resize_) : std::nullopt}, pixels);
    return {};
  } catch (const WrongSize& error) {
    return {{}, {}, Result::wrong_size, error.what(), error.hint()};
  } catch (const Error& error) {
    return {{}, {}, Result::error, error.what(), error.hint()};
  }
}

LooseImages LooseImageReader::read(std::span<const fs::path> files) {
  LooseImages images{{}, {}, resize_.size};
  std::vector<std::uint8_t> pixels(resize_.size.bytes());
  for (const fs::path& path : files) {
    if (stop_requested()) throw Stopped();
    try {
      const MappedFile file(path);
      auto result = decode(file.text(), false, pixels.data());
      if (result.kind == DecoderProcess::Result::wrong_size) {
        result = decode(file.text(), true, pixels.data());
        images.resized += result.kind == DecoderProcess::Result::fine ? 1 : 0;
      }
      if (result.kind != DecoderProcess::Result::fine) {
        images.problems.push_back({path, fmt::format("{} {}", path.string(), result.text), result.hint});
        continue;
      }
    } catch (const Error& error) {
      images.problems.push_back({path, error.what(), error.hint()});
      continue;
    }
    images.files.push_back(path);
    images.pixels.insert(images.pixels.end(), pixels.begin(), pixels.end());
  }
  return images;
}

LooseSource::LooseSource(const LooseImages& images, const PixelTransform& transform)
    : images_(images), transform_(transform), labels_(images.files.size()) {}

std::array<int, 3> LooseSource::shape() const {
  return {transform_.channel_count(), images_.shape.height, images_.shape.width};
}

void LooseSource::fill(std::span<const std::uint32_t> indices, int, float* out) const {
  const std::size_t size =
      static_cast<std::size_t>(transform_.channel_count()) * images_.shape.height * images_.shape.width;
  for (const std::uint32_t i : indices) {
    transform_pixels(transform_, images_.shape, images_.image(i).data(), out);
    out += size;
  }
}

}  // namespace ersatz::data
