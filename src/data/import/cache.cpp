#include "data/import/cache.hpp"

#include <fmt/format.h>

#include "base/damaged_file.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "data/import/paths.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

constexpr int kIndexFormat = 1;
constexpr std::string_view kNoSplit = "none";

fs::path content_file(const fs::path& folder, const fs::path& path) {
  return folder / "index" /
         fmt::format("path-{}.json", to_hex(sha256(fs::absolute(path).lexically_normal().native()), 32));
}

fs::path import_file(const fs::path& folder, const std::string& content, const Cache::Request& request, bool skipped) {
  const auto& [source, resize, reading] = request;
  std::string key = fmt::format("{}\n{}\n{}", content, source ? "source " + *source : "all sources", skipped);
  if (resize) {
    key += fmt::format("\n{} x {} {} {}{}", resize->size.height, resize->size.width, fit_name(resize->fit),
                       filter_name(resize->filter), resize->draft ? " draft" : "");
  }
  if (!reading.empty()) key += "\n" + reading;
  return folder / "index" / fmt::format("import-{}.json", to_hex(sha256(key), 32));
}

/// Of all else that an index file says. Those of versions up to 0.2 have none.
constexpr std::string_view kCheck = "check";

std::string check_of(Json value) {
  value.erase(kCheck);
  return to_hex(sha256(value.dump()), 16);
}

void require_check(const fs::path& path, const Json& value) {
  if (!value.contains(kCheck) || value.at(kCheck) == check_of(value)) return;
  throw DamagedFile(path, fmt::format("{} is damaged: it does not say what was written", path.string()));
}

void write_index(const fs::path& path, Json value) {
  value[kCheck] = check_of(value);
  write_json(path, value);
}

/// An index file, or null when it is missing, unreadable or of another format: then it is made again. Throws
/// DamagedFile when it does not say what was written.
Json read_index(const fs::path& path) {
  std::error_code code;
  if (!fs::exists(path, code)) return nullptr;
  try {
    Json value = read_json(path);
    if (value.is_object() && value.value("format", 0) == kIndexFormat) {
      require_check(path, value);
      return value;
    }
  } catch (const DamagedFile&) {
    throw;
  } catch (const Error&) {
  } catch (const Json::exception&) {
  }
  return nullptr;
}

Json stamp_to_json(const ContainerStamp& stamp) {
  return {{"size", stamp.size}, {"mtime_ns", stamp.mtime_ns}, {"inode", stamp.inode}, {"listing", stamp.listing}};
}

Json import_to_json(const Imported& imported) {
  Json stores = Json::array(), skipped = Json::array(), ignored = Json::array();
  for (const ImportedStore& store : imported.stores) {
    stores.push_back({{"source", store.source},
                      {"split", store.split ? split_name(*store.split) : kNoSplit},
                      {"folder", store.folder},
                      {"file", store.file}});
  }
  for (const SkippedFile& file : imported.skipped) skipped.push_back({{"path", file.path}, {"reason", file.reason}});
  for (const IgnoredFiles& files : imported.ignored) {
    ignored.push_back({{"reason", files.reason}, {"example", files.example}, {"count", files.count}});
  }
  return {{"format", kIndexFormat},
          {"classes", imported.classes},
          {"stores", stores},
          {"skipped", skipped},
          {"ignored", ignored},
          {"taken_for", imported.taken_for},
          {"notes", imported.notes},
          {"remarks",
           {{"turned", imported.remarks.turned},
            {"over_white", imported.remarks.over_white},
            {"cmyk", imported.remarks.cmyk},
            {"animated", imported.remarks.animated}}}};
}

Imported import_from_json(const Json& value) {
  Imported imported;
  imported.classes = value.at("classes").get<std::vector<std::string>>();
  for (const Json& store : value.at("stores")) {
    std::optional<Split> split;
    if (store.at("split") != kNoSplit) split = store.at("split") == "train" ? Split::train : Split::test;
    imported.stores.push_back({store.at("source"), split, store.at("folder"), store.at("file")});
  }
  for (const Json& file : value.at("skipped")) imported.skipped.push_back({file.at("path"), file.at("reason")});
  for (const Json& files : value.at("ignored")) {
    imported.ignored.push_back({files.at("reason"), files.at("example"), files.at("count")});
  }
  imported.taken_for = value.value("taken_for", "");
  imported.notes = value.value("notes", std::vector<std::string>());
  const Json& remarks = value.at("remarks");
  imported.remarks = {remarks.at("turned"), remarks.at("over_white"), remarks.at("cmyk"), remarks.at("animated")};
  return imported;
}

}  // namespace

std::optional<std::string> Cache::known_content(const fs::path& path, const ContainerStamp& stamp) const {
  const Json value = read_index(content_file(folder_, path));
  try {
    if (!value.is_null() && value.at("stamp") == stamp_to_json(stamp)) return value.at("content").get<std::string>();
  } catch (const Json::exception&) {  // not written by us: treated as missing
  }
  return {};
}

void Cache::remember_content(const fs::path& path, const ContainerStamp& stamp, const std::string& content) const {
  const std::string name = fs::absolute(path).lexically_normal().string();
  write_index(content_file(folder_, path), {{"format", kIndexFormat},
                                            {"path", is_utf8(name) ? name : printable(name)},
                                            {"stamp", stamp_to_json(stamp)},
                                            {"content", content}});
}

std::optional<Imported> Cache::known_import(const std::string& content, const Request& request,
                                            bool skip_broken) const {
  // Where nothing was broken, the result is the same with and without skip_broken.
  for (const bool skipped : {false, true}) {
    if (skipped && !skip_broken) break;
    const Json value = read_index(import_file(folder_, content, request, skipped));
    if (value.is_null()) continue;
    try {
      Imported imported = import_from_json(value);
      for (const ImportedStore& store : imported.stores) ImageStore(store_folder() / store.file);
      return imported;
    } catch (const Json::exception&) {
    } catch (const DamagedFile&) {
      throw;
    } catch (const Error&) {  // a store is missing, or of another version
    }
  }
  return {};
}

void Cache::remember_import(const std::string& content, const Request& request, const Imported& imported) const {
  Json value = import_to_json(imported);
  value["content"] = content;
  write_index(import_file(folder_, content, request, !imported.skipped.empty()), std::move(value));
}

CacheSession::CacheSession(const Cache& cache) : folder_(cache.folder()) {
  std::error_code code;
  std::vector<fs::path> missing;
  for (fs::path folder = cache.store_folder(); !folder.empty() && !fs::exists(folder, code);
       folder = folder.parent_path()) {
    missing.push_back(folder);
    if (folder == folder.parent_path()) break;
  }
  made_.assign(missing.rbegin(), missing.rend());
  constexpr int kAttempts = 100;
  for (int attempt = 0; !lock_; ++attempt) {
    fs::create_directories(cache.store_folder(), code);
    if (code == std::errc::no_such_file_or_directory && attempt < kAttempts) continue;  // removed while it was made
    if (code) {
      throw Error(fmt::format("cannot make the cache folder {}: {}", cache.store_folder().string(), code.message()),
                  "choose another folder with --cache");
    }
    try {
      lock_.emplace(FileLock::wait(cache.lock_file()));
      // The holder before us may have removed the folders that it had made.
      if (!fs::exists(cache.store_folder(), code)) lock_.reset();
    } catch (const Error&) {
      // The folder may have been removed while the lock was opened, and be there again by now.
      if (attempt >= kAttempts) throw;
    }
  }
  for (const fs::path& folder : {folder_, cache.store_folder(), folder_ / "index", folder_ / "weights"}) {
    remove_abandoned(folder);
  }
}

CacheSession::~CacheSession() {
  if (keep_ || made_.empty()) return;
  std::error_code ignored;
  fs::remove(folder_ / "index", ignored);
  fs::remove(folder_ / "stores", ignored);
  if (!fs::exists(folder_ / "stores", ignored)) fs::remove(folder_ / "lock", ignored);
  // Only what is empty goes: another process may have put its own files there meanwhile.
  for (; !made_.empty(); made_.pop_back()) fs::remove(made_.back(), ignored);
}

}  // namespace ersatz::data
