#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
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

  /// What belongs to one image beside its pixels.
  struct Facts {
    std::int32_t label = 0;
    Digest file{}, pixels{};
    std::optional<std::uint64_t> decoded{};  ///< hash of the pixels before they were resized, where it is another
    std::optional<std::uint64_t> group{};    ///< hash of the group's name, where there are groups
  };
  /// Slots that are never set are left out of the store.
  void set(std::size_t slot, const Facts& facts);

  /// Writes all but the name. Throws Error when no slot was set.
  void finish();

  /// After finish(): the name that follows from the content.
  const std::string& name() const { return name_; }

  /// Gives the store its name, unless a whole one of that name is there: the content is the same.
  /// Returns whether the file is new.
  bool commit();
  /// As commit(), under this name; a file that has it is replaced.
  void commit_as(const std::string& name) { file_->commit_as(folder_ / name); }

 private:
  void write_checks(const StoreHeader& header, std::uint64_t offset);
  void close_gaps(const std::vector<std::size_t>& present);

  std::filesystem::path folder_;
  const PlannedSplit& split_;
  ImageShape shape_;
  std::unique_ptr<AtomicFile> file_;
  std::vector<std::string> names_;
  std::vector<Facts> facts_;
  std::vector<std::uint8_t> present_;
  std::string name_;
};

}  // namespace ersatz::data
