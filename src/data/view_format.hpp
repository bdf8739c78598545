#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

// The file behind an ImageStore that is a view. docs/file-formats.md describes it byte by byte.

inline constexpr std::array<char, 8> kViewMagic{'e', 'r', 's', 'a', 't', 'z', 'V', 'W'};
inline constexpr std::uint32_t kViewVersion = 2;
inline constexpr std::uint32_t kViewVersionWithStrata = 3;

/// The first bytes of a view, little-endian. Offsets count from the start of the file.
struct ViewHeader {
  std::array<char, 8> magic = kViewMagic;
  std::uint32_t version = kViewVersion;
  std::uint32_t parent_size = 0;  ///< bytes of the parent's file name
  std::uint64_t count = 0;        ///< images
  std::uint64_t labels = 0;       ///< int32 [count]
  std::uint64_t rows = 0;         ///< uint32 [count]: which images of the parent, in rising order; strata behind them
  std::uint64_t parent = 0;       ///< the parent's file name, in the same folder
  std::uint64_t file_size = 0;
  Digest fingerprint{};  ///< as a store with these images has it
};
static_assert(sizeof(ViewHeader) == 88);

// At the end of the file: uint64, checksum() of all before it.

/// The header of a view of `count` images whose parent's name has `parent_size` bytes. With strata int32 [count] lie
/// between the rows and the parent's name.
ViewHeader view_header(std::uint64_t count, std::size_t parent_size, bool strata = false);

/// What a view shows: images of a store that is no view itself, in rising order, with these labels.
struct ViewContent {
  std::shared_ptr<const ImageStore> parent;
  std::vector<std::uint32_t> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> strata{};  ///< where they are not the labels (ImageStore::strata)
};

/// The view with this content in the parent's folder; null when it is not there, or of another version. Throws
/// DamagedFile when it is not what was written.
std::shared_ptr<const ImageStore> find_view(const ViewContent& content);

/// Writes that view. Throws Error when the disk is full.
std::shared_ptr<const ImageStore> make_view(const ViewContent& content);

}  // namespace ersatz::data
