#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "data/import/layout.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {

/// Writes one ImageStore under a temporary name in `folder`. Several threads may write at the same
/// time as long as no two write the same slot. Without commit() nothing is left behind.
class StoreWriter {
 public:
  /// Slots are the images of `split` in its order.
  StoreWriter(std::filesystem::path folder, const PlannedSplit& split, ImageShape shape);

  /// Pixels of `count` images from slot `first` on. Throws Error when the disk is full.
  void write_pixels(std::size_t first, std::size_t count, const std::uint8_t* pixels);

  /// What belongs to the image in `slot`. Slots that are never set are left out of the store.
  void set(std::size_t slot, std::int32_t label, const Digest& file, const Digest& pixels);

  /// Writes all but the name. Throws Error when no slot was set.
  void finish();

  /// After finish(): the name that follows from the content.
  const std::string& name() const { return name_; }

  /// Gives the store its name, unless a whole one of that name is there: the content is the same.
  /// Returns whether the file is new.
  bool commit();

 private:
  void close_gaps(const std::vector<std::size_t>& present);

  std::filesystem::path folder_;
  const PlannedSplit& split_;
  ImageShape shape_;
  std::unique_ptr<AtomicFile> file_;
  std::vector<std::string> names_;
  std::vector<std::int32_t> labels_;
  std::vector<Digest> file_digests_, pixel_digests_;
  std::vector<std::uint8_t> present_;
  std::string name_;
};

}  // namespace ersatz::data
