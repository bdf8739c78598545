#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/checksum.hpp"

namespace ersatz::fetch {

/// A public file that `ersatz fetch NAME` knows where to get.
struct KnownFile {
  std::string name;   ///< "cifake", "vgg16"
  std::string title;  ///< what it is, in one line
  std::string url;
  std::string page;                    ///< where its makers describe it
  std::uint64_t size = 0;              ///< approximate size in bytes, shown before the download; see most()
  Expected expected;                   ///< what the download is checked against
  std::string licence;                 ///< as its makers state it; quoted where in their words
  std::vector<std::string> citations;  ///< works that users must cite

  std::string file_name;  ///< the name it gets here
  bool data_set = false;  ///< images (below data/) rather than weights (below the cache folder)

  /// The most bytes that a download may have: a quarter above the size.
  std::uint64_t most() const { return size + size / 4; }
  /// Where it goes unless the user says otherwise: data/FILE_NAME for images, CACHE/weights/FILE_NAME
  /// for weights.
  std::filesystem::path default_path(const std::filesystem::path& cache) const;
};

/// All known files, in the order they are listed to users.
const std::vector<KnownFile>& known_files();

/// The known file of that name; null when there is none.
const KnownFile* find_known_file(std::string_view name);

}  // namespace ersatz::fetch
