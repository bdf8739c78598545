#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/files.hpp"
#include "cli/cache/inventory.hpp"

namespace ersatz::cli {

/// What goes besides that which no command will ask for.
struct CleanRequest {
  bool all = false;
  std::optional<std::chrono::seconds> older_than;  ///< not used for so long
  bool dry_run = false;                            ///< nothing goes; only what would is found out
};

/// A file that was to go, and what became of it.
struct Cleaned {
  CacheEntry entry;
  Removal outcome;
};

/// Deletes files of the inventory. What a running ersatz uses stays: each locks what it reads or writes. While images
/// are imported, image stores stay, and with images that stay the index does.
std::vector<Cleaned> clean_cache(const CacheInventory& inventory, const CleanRequest& request);

/// "30d", "12h", "2w" or "45m". Throws Error for anything else.
std::chrono::seconds parse_age(const std::string& text);

}  // namespace ersatz::cli
