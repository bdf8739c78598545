#include "cli/cache/clean.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/import/cache.hpp"
#include "train/feature_cache.hpp"
#include "train/verifier_cache.hpp"

namespace ersatz::cli {
namespace {

// The lock that whoever computes these features holds. Empty where the entry is no part of unfinished features.
std::filesystem::path features_lock(const CacheInventory& inventory, const CacheEntry& entry) {
  std::filesystem::path path = inventory.folder / entry.file;
  if (path.extension() == ".part" || path.extension() == ".done") path.replace_extension();
  return path.extension() == ".features" ? path.replace_extension(train::kFeatureLock) : std::filesystem::path();
}

// The same of a verifier's checkpoints.
std::filesystem::path verifier_lock(const CacheInventory& inventory, const CacheEntry& entry) {
  const std::string path = (inventory.folder / entry.file).string();
  for (const std::string_view ending : train::kVerifierCheckpoints) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size()).append(train::kVerifierLock);
  }
  return {};
}

// A download's state goes with its bytes, which its process holds.
std::filesystem::path held_instead(const std::filesystem::path& path) {
  return path.string().ends_with(".part.json") ? std::filesystem::path(path).replace_extension() : path;
}

Removal remove_entry(const CacheInventory& inventory, const CacheEntry& entry, bool dry_run) {
  const std::filesystem::path path = inventory.folder / entry.file;
  std::error_code code;
  std::vector<FileLock> held;  // to the end: nobody goes on with these files meanwhile
  if (entry.kind == CacheKind::unfinished) {
    for (const std::filesystem::path& holder :
         {features_lock(inventory, entry), verifier_lock(inventory, entry), held_instead(path)}) {
      if (holder.empty() || holder == path || !std::filesystem::exists(holder, code)) continue;
      held.push_back(FileLock::attempt(holder));
      if (!held.back().held()) return Removal::in_use;
    }
  }
  return dry_run ? try_removal(path) : remove_unused(path);
}

bool is_wanted(const CacheEntry& entry, const CleanRequest& request, std::time_t now) {
  if (request.all || entry.needless) return true;
  return request.older_than && now - entry.last_used > request.older_than->count();
}

}  // namespace

std::vector<Cleaned> clean_cache(const CacheInventory& inventory, const CleanRequest& request) {
  const std::filesystem::path lock_path = data::Cache(inventory.folder).lock_file();
  std::error_code code;
  // Held to the end: nobody begins to import meanwhile.
  std::optional<FileLock> import;
  if (std::filesystem::exists(lock_path, code)) import.emplace(FileLock::attempt(lock_path));
  const bool importing = import && !import->held();
  std::vector<Cleaned> cleaned;
  bool images_stay = false;  // (they come before the index)
  for (const CacheEntry& entry : inventory.entries) {
    if (!is_wanted(entry, request, std::time(nullptr))) continue;
    const bool of_index = entry.kind == CacheKind::index;
    if (of_index && images_stay && !entry.needless) continue;  // they would be imported again for nothing
    const bool of_import = entry.kind == CacheKind::images || of_index;
    const Removal outcome = importing && of_import ? Removal::in_use : remove_entry(inventory, entry, request.dry_run);
    images_stay |= entry.kind == CacheKind::images && outcome == Removal::in_use;
    cleaned.push_back({entry, outcome});
  }
  const auto gone = [](const Cleaned& one) { return one.outcome == Removal::done; };
  if (request.dry_run || std::ranges::none_of(cleaned, gone)) return cleaned;
  for (const char* part : {"stores", "index", "features", "weights", "verifiers"}) {
    const std::filesystem::path folder = inventory.folder / part;
    if (std::filesystem::is_directory(std::filesystem::symlink_status(folder, code))) {
      std::filesystem::remove(folder, code);  // an empty one
    }
  }
  const bool is_ours = std::filesystem::is_regular_file(std::filesystem::symlink_status(lock_path, code)) &&
                       std::filesystem::file_size(lock_path, code) == 0;
  if (is_ours && !std::filesystem::exists(inventory.folder / "stores", code) && import && import->held()) {
    std::filesystem::remove(lock_path, code);
  }
  return cleaned;
}

std::chrono::seconds parse_age(const std::string& text) {
  constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{{{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}}};
  const auto unit = std::ranges::find(kUnits, text.empty() ? '\0' : text.back(), &std::pair<char, std::int64_t>::first);
  const auto number = number_from<std::int64_t>(std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1));
  constexpr std::int64_t kMost = 100'000;
  if (unit == kUnits.end() || !number || *number < 0 || *number > kMost) {
    throw Error(fmt::format("\"{}\" is no length of time", text), "write 30d for thirty days, or 12h, 2w, 45m");
  }
  return std::chrono::seconds(*number * unit->second);
}

}  // namespace ersatz::cli
