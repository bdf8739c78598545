#include "cli/cache/inventory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "data/import/cache.hpp"
#include "fetch/catalogue.hpp"
#include "train/feature_cache.hpp"
#include "train/verifier_cache.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kCacheKinds{"images",     "features", "weights",     "verifiers",
                                                      "unfinished", "index",    "calibration", "leftover"};

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Takes `ending` off the end of `text` where it is there.
bool take_ending(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

/// "NAME-HASH" with so many digits.
bool is_hashed(std::string_view text, std::size_t digits) {
  return text.size() > digits + 1 && text[text.size() - digits - 1] == '-' &&
         is_hex(text.substr(text.size() - digits), digits);
}

std::optional<CacheKind> kind_in_stores(std::string_view name) {
  if (!take_ending(name, ".images")) return std::nullopt;
  const bool is_view = name.starts_with("view-") && is_hex(name.substr(5), 32);
  const bool is_changed = name.starts_with("changed-") && is_hex(name.substr(8), 32);
  const bool is_store = is_hashed(name, 8) && is_hex(name.substr(0, name.size() - 9), 32);
  return is_view || is_changed || is_store ? std::optional(CacheKind::images) : std::nullopt;
}

std::optional<CacheKind> kind_in_index(std::string_view name) {
  if (!take_ending(name, ".json") || !is_hashed(name, 32)) return std::nullopt;
  const std::string_view what = name.substr(0, name.size() - 33);
  return what == "path" || what == "import" ? std::optional(CacheKind::index) : std::nullopt;
}

std::optional<CacheKind> kind_in_features(std::string_view name) {
  if (take_ending(name, ".features")) {
    return is_hashed(name, 24) ? std::optional(CacheKind::features) : std::nullopt;
  }
  const bool part = take_ending(name, ".features.part") || take_ending(name, ".features.done") ||
                    take_ending(name, train::kFeatureLock);
  return part && is_hashed(name, 24) ? std::optional(CacheKind::unfinished) : std::nullopt;
}

std::optional<CacheKind> kind_in_weights(std::string_view name) {
  const bool part = take_ending(name, ".part") || take_ending(name, ".part.json");
  for (const fetch::KnownFile& file : fetch::known_files()) {
    if (name == file.file_name) return part ? CacheKind::unfinished : CacheKind::weights;
  }
  return !part && take_ending(name, ".safetensors") && is_hashed(name, 64) ? std::optional(CacheKind::weights)
                                                                           : std::nullopt;
}

std::optional<CacheKind> kind_in_verifiers(std::string_view name) {
  if (take_ending(name, ".safetensors"))
    return is_hashed(name, 24) ? std::optional(CacheKind::verifiers) : std::nullopt;
  const bool part = take_ending(name, train::kVerifierLock) ||
                    std::ranges::any_of(train::kVerifierCheckpoints,
                                        [&](std::string_view ending) { return take_ending(name, ending); });
  return part && is_hashed(name, 24) ? std::optional(CacheKind::unfinished) : std::nullopt;
}

std::optional<CacheKind> kind_in_root(std::string_view name) {
  return name == "calibration.json" ? std::optional(CacheKind::calibration) : std::nullopt;
}

struct CachePart {
  const char* folder;
  std::optional<CacheKind> (*kind_of)(std::string_view name);
};
constexpr std::array<CachePart, 6> kParts{{{"", kind_in_root},
                                           {"stores", kind_in_stores},
                                           {"index", kind_in_index},
                                           {"features", kind_in_features},
                                           {"weights", kind_in_weights},
                                           {"verifiers", kind_in_verifiers}}};

bool is_part(const fs::path& name) {
  return std::ranges::any_of(kParts, [&](const CachePart& part) { return name == part.folder; });
}

/// The part's files whose names say what they are.
void list_part(const CachePart& part, CacheInventory& inventory) {
  const fs::path folder = inventory.folder / part.folder;
  std::error_code code;
  // The cache folder itself may be a link: its user chose it. What it holds may not.
  const fs::file_status status = *part.folder == '\0' ? fs::status(folder, code) : fs::symlink_status(folder, code);
  if (status.type() == fs::file_type::not_found) return;
  if (status.type() != fs::file_type::directory) return void(++inventory.others);
  fs::directory_iterator entries(folder, code);
  if (code) throw Error(fmt::format("cannot read the cache folder {}: {}", folder.string(), code.message()));
  for (const fs::directory_entry& entry : entries) {
    const fs::path name = entry.path().filename();
    if (*part.folder == '\0' && (name == data::Cache(inventory.folder).lock_file().filename() || is_part(name)))
      continue;
    struct stat info {};
    const bool is_file = ::lstat(entry.path().c_str(), &info) == 0 && S_ISREG(info.st_mode);
    const std::string text = name.string();
    const auto kind = is_temporary(name) ? std::optional(CacheKind::leftover) : part.kind_of(text);
    if (!is_file || !kind) {
      ++inventory.others;
      continue;
    }
    CacheEntry found;
    found.kind = *kind;
    found.file = fs::path(part.folder) / name;
    found.bytes = static_cast<std::uint64_t>(info.st_size);
    found.last_used = std::max(info.st_atime, info.st_mtime);
    found.needless = *kind == CacheKind::leftover;
    inventory.entries.push_back(found);
  }
}

/// Puts back when a file was last read: looking at the cache is no use of it.
class KeptAccessTime {
 public:
  explicit KeptAccessTime(const fs::path& path) : path_(path) { known_ = ::lstat(path.c_str(), &info_) == 0; }
  ~KeptAccessTime() {
    const timespec times[2]{info_.st_atim, {0, UTIME_OMIT}};
    if (known_) ::utimensat(AT_FDCWD, path_.c_str(), times, AT_SYMLINK_NOFOLLOW);
  }
  KeptAccessTime(const KeptAccessTime&) = delete;
  KeptAccessTime& operator=(const KeptAccessTime&) = delete;

 private:
  fs::path path_;
  struct stat info_ {};
  bool known_;
};

/// An index file, or nothing where it is damaged: whoever needs it makes it again.
Json index_content(const fs::path& path) {
  const KeptAccessTime kept(path);
  try {
    Json value = read_json(path);
    if (value.is_object()) return value;
  } catch (const Error&) {
  }
  return nullptr;
}

std::string text_at(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The first line of a file of features says which store they are of.
std::string store_of_features(const fs::path& path) {
  const KeptAccessTime kept(path);
  std::ifstream file(path);
  std::string line;
  constexpr std::size_t kMost = 4096;
  line.resize(kMost);
  file.read(line.data(), kMost);
  line.resize(static_cast<std::size_t>(file.gcount()));
  try {
    return text_at(parse_json(line.substr(0, line.find('\n'))), "store");
  } catch (const std::exception&) {
    return {};
  }
}

using Sources = std::map<std::string, std::set<std::string>>;  // of a content, or of a store's file

/// What the index says of where stores came from. Entries of imports whose stores are gone are of no use.
Sources read_index_entries(CacheInventory& inventory) {
  std::map<const CacheEntry*, Json> imports;
  Sources of_content, of_store;
  for (const CacheEntry& entry : inventory.entries) {
    if (entry.kind != CacheKind::index) continue;
    Json value = index_content(inventory.folder / entry.file);
    if (value.is_null()) continue;
    if (const std::string path = text_at(value, "path"); !path.empty()) {
      of_content[text_at(value, "content")].insert(path);
    } else {
      imports[&entry] = std::move(value);
    }
  }
  for (CacheEntry& entry : inventory.entries) {
    const auto import = imports.find(&entry);
    if (import == imports.end() || !import->second.contains("stores")) continue;
    const std::set<std::string> sources = of_content[text_at(import->second, "content")];
    entry.made_from.assign(sources.begin(), sources.end());
    for (const Json& store : import->second.at("stores")) {
      if (!store.is_object()) continue;
      const std::string file = text_at(store, "file");
      of_store[file].insert(sources.begin(), sources.end());
      std::error_code code;
      if (fs::path(file).filename() == file && !fs::exists(inventory.folder / "stores" / file, code)) {
        entry.needless = true;
      }
    }
  }
  return of_store;
}

std::vector<std::string> weights_from(const std::string& name) {
  for (const fetch::KnownFile& file : fetch::known_files()) {
    if (name.starts_with(file.file_name)) return {fmt::format("ersatz fetch {}", file.name)};
  }
  return {};
}

}  // namespace

std::string_view cache_kind_name(CacheKind kind) { return kCacheKinds.at(static_cast<std::size_t>(kind)); }

CacheInventory read_cache(const fs::path& folder) {
  CacheInventory inventory;
  inventory.folder = folder;
  for (const CachePart& part : kParts) list_part(part, inventory);
  std::ranges::sort(inventory.entries, [](const CacheEntry& a, const CacheEntry& b) {
    return std::tie(a.kind, a.file) < std::tie(b.kind, b.file);
  });
  const Sources of_store = read_index_entries(inventory);
  for (CacheEntry& entry : inventory.entries) {
    const std::string name = entry.file.filename().string();
    if (entry.kind == CacheKind::images) {
      if (const auto found = of_store.find(name); found != of_store.end()) {
        entry.made_from.assign(found->second.begin(), found->second.end());
      }
    } else if (entry.kind == CacheKind::features) {
      constexpr std::size_t kDigits = 32;  // of the fingerprint in a store's name
      const std::string store = store_of_features(folder / entry.file).substr(0, kDigits);
      std::set<std::string> sources;
      for (const auto& [file, paths] : of_store) {
        if (!store.empty() && file.starts_with(store)) sources.insert(paths.begin(), paths.end());
      }
      entry.made_from.assign(sources.begin(), sources.end());
    } else if (entry.kind == CacheKind::weights || entry.kind == CacheKind::unfinished) {
      entry.made_from = weights_from(name);
    }
  }
  return inventory;
}

}  // namespace ersatz::cli
