#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/derive/candidates.hpp"

namespace ersatz::data {

inline constexpr char kDerivedManifest[] = "manifest.json";

/// What a derived source's manifest says of one file.
struct DerivedFile {
  std::string file;          ///< "cat/00001.png"
  std::string stands_under;  ///< class
  std::string true_class;
  std::string source, original;  ///< where it is from: source and path there; empty of an image that was drawn
  std::uint64_t pixels = 0;      ///< hash of the original's pixels
};

/// All that the images of a derived folder follow from.
struct DerivedSettings {
  std::string kind, from, with;       ///< "mixed:0.5" and the names of the sources; `with` may be empty
  std::optional<std::size_t> images;  ///< as asked for
  std::uint64_t seed = 1;
  std::string without;  ///< 64 hexadecimal digits over the hashes of the images that were to be left out; or empty
  std::string data;     ///< DataSet::fingerprint

  bool operator==(const DerivedSettings&) const = default;
};

/// What is in a derived folder and how it came about. docs/data.md.
struct DerivedManifest {
  std::string version;  ///< of ersatz
  DerivedSettings settings;
  std::vector<std::string> without;                          ///< folders whose images were left out, as they were named
  std::size_t copies = 0, of_test_images = 0, left_out = 0;  ///< of Candidates
  std::vector<DerivedFile> files;
  /// Of each class the images that a distribution was taken from: hashes of their pixels.
  std::map<std::string, std::vector<std::uint64_t>> estimated_from;
};

/// As it stands in the file: a line for each image.
std::string to_text(const DerivedManifest& manifest);

/// Reads `folder`/manifest.json. Throws Error naming it when it is not there, or not what this version writes.
DerivedManifest read_derived_manifest(const std::filesystem::path& folder);

/// The pixels that a derived folder was made from.
PixelHashes used_pixels(const DerivedManifest& manifest);

}  // namespace ersatz::data
