#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cli {

/// What a file of the cache folder is (docs/file-formats.md).
enum class CacheKind {
  images,       ///< stores, and views of them
  features,     ///< of a frozen backbone
  weights,      ///< downloaded, or converted
  verifiers,    ///< trained on photographs of a study
  unfinished,   ///< features, verifiers and downloads that a later command goes on with
  index,        ///< which archive has which images
  calibration,  ///< speeds of this machine
  leftover,     ///< temporary files; those whose writers are gone are of no use
};
std::string_view cache_kind_name(CacheKind kind);

struct CacheEntry {
  CacheKind kind = CacheKind::leftover;
  std::filesystem::path file;  ///< below the cache folder
  std::uint64_t bytes = 0;
  std::time_t last_used = 0;           ///< when it was last read or written, to a day where the system keeps no better
  std::vector<std::string> made_from;  ///< paths and names; empty where nothing says it
  bool needless = false;               ///< no command will ask for it
};

struct CacheInventory {
  std::filesystem::path folder;
  std::vector<CacheEntry> entries;  ///< by kind, then by name
  std::size_t others = 0;           ///< files and folders that are not ersatz's
};

/// Looks at all files of a cache folder whose names are ersatz's; links and what lies behind them are none. A folder
/// that is missing holds nothing. Throws Error when it cannot be read.
CacheInventory read_cache(const std::filesystem::path& folder);

}  // namespace ersatz::cli
