#include "data/data_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"
#include "data/assembly.hpp"
#include "data/import/cache.hpp"
#include "data/import/container.hpp"
#include "data/import/import.hpp"
#include "data/import/layout.hpp"
#include "data/store_format.hpp"
#include "data/visit_files.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

bool stores_intact(const Cache& cache, const Imported& imported) {
  return std::all_of(imported.stores.begin(), imported.stores.end(), [&](const ImportedStore& store) {
    return is_intact(ImageStore(cache.store_folder() / store.file));
  });
}

template <typename Value>
std::vector<std::string> keys_of(const std::map<std::string, Value>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

/// What was asked for beside the container, as part of the name that the import is known by.
std::string key_of(const Reading& reading, const std::optional<std::string>& source) {
  std::string key;
  if (reading.labels) {
    key = "labels " + *reading.labels;
    std::error_code code;
    if (fs::is_regular_file(*reading.labels, code)) key += " " + content_hash(*reading.labels);
  }
  if (!reading.columns.image.empty() || !reading.columns.label.empty()) {
    key += fmt::format("\ncolumns {}\n{}", reading.columns.image, reading.columns.label);
  }
  // It may be a column of a table, whose groups are imported.
  if (const std::string* group = reading.group.find(source)) key += "\ngroup " + *group;
  return key;
}

/// Opens one container: from the cache where it is known, else by importing it.
Imported open_container_images(const fs::path& path, const std::optional<std::string>& source,
                               const ImportOptions& options) {
  const Cache cache(options.cache);
  const ContainerStamp stamp = stamp_of(path);
  const Cache::Request request{source, options.resize, key_of(options.reading, source)};
  if (!options.verify) {
    if (const auto content = cache.known_content(path, stamp)) {
      if (auto imported = cache.known_import(*content, request, options.skip_broken)) return *imported;
    }
  }
  // The names are listed while the bytes are hashed.
  auto hashing = std::async(std::launch::async, [&] { return content_hash(path); });
  const auto container = open_container(path);
  const Layout layout = find_layout(*container, path, source, options.reading);
  if (options.on_layout) options.on_layout(path.string(), layout.taken_for);
  const std::string content = hashing.get();

  CacheSession session(cache);
  auto imported = cache.known_import(content, request, options.skip_broken);
  if (imported && options.verify && !stores_intact(cache, *imported)) imported.reset();
  if (!imported) {
    imported = import_images(*container, path, layout, cache.store_folder(), options,
                             [&](const Imported& found) { cache.remember_import(content, request, found); });
  }
  session.keep();
  cache.remember_content(path, stamp, content);
  return *imported;
}

}  // namespace

const Source& DataSet::source(std::string_view name) const {
  std::vector<std::string> names;
  for (const Source& one : sources) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  if (const Source* set = test_set(name)) return *set;
  throw Error(fmt::format("the data have no source \"{}\"", name), suggest(name, names, "there are"));
}

const Source* DataSet::test_set(std::string_view name) const {
  const auto found = std::ranges::find(test_sets, name, &Source::name);
  return found == test_sets.end() ? nullptr : &*found;
}

Json DataSet::manifest() const {
  Json stores = Json::array();
  for (const Source& source : sources) {
    for (const Split split : {Split::train, Split::test}) {
      if (source.split(split) == nullptr) continue;
      stores.push_back({{"source", source.name},
                        {"split", split_name(split)},
                        {"folder", source.folder(split)},
                        {"path", fs::absolute(source.split(split)->path()).string()}});
    }
  }
  Json sets = Json::array();
  for (const Source& set : test_sets) {
    sets.push_back({{"name", set.name}, {"path", fs::absolute(set.test->path()).string()}});
  }
  return {{"classes", classes},
          {"stores", stores},
          {"test_sets", sets},
          {"fingerprint", fingerprint},
          {"resize", resize ? to_json(*resize) : Json()}};
}

DataSet open_data_set(const DataLocation& location, const ImportOptions& options) {
  if (!location.path && location.sources.empty()) {
    throw Error("no data are given", "give the path of a zip or a folder with --data or in the study file");
  }
  ImportOptions resolved = options;
  if (resolved.cache.empty()) resolved.cache = default_cache_folder();
  if (!location.path) {  // before a long import, where the names are known
    std::vector<std::string> names;
    for (const auto& [name, path] : location.sources) names.push_back(name);
    check_source_names(location, names);
  }
  // What lies at `path` is read as a whole.
  for (const auto& [key, named] :
       {std::pair("labels", keys_of(location.labels.named)), std::pair("columns", keys_of(location.columns.named))}) {
    for (const std::string& name : named) {
      if (location.sources.contains(name)) continue;
      throw Error(fmt::format("[data] {} names {}, which has no path of its own", key, name),
                  fmt::format("give it one under [data.sources], or write {} once for all", key));
    }
  }
  Assembly assembly(location, resolved.cache);
  const auto add = [&](const fs::path& path, const std::optional<std::string>& source, const auto& wanted) {
    resolved.reading = reading_of(location, source);
    assembly.add(path, open_container_images(path, source, resolved), source.has_value(), wanted);
  };
  if (location.path) {
    add(*location.path, {}, [&](const std::string& name) { return !location.sources.contains(name); });
  }
  for (const auto& [name, path] : location.sources) {
    add(path, name, [](const std::string&) { return true; });
  }
  DataSet set = assembly.finish();
  set.resize = options.resize;
  return set;
}

DataSet reopen_data_set(const Json& manifest) {
  try {
    DataSet set;
    set.classes = manifest.at("classes").get<std::vector<std::string>>();
    if (const Json& resize = manifest.at("resize"); !resize.is_null()) set.resize = resize_from_json(resize);
    std::map<std::string, Source> sources;
    for (const Json& stored : manifest.at("stores")) {
      auto store = std::make_shared<const ImageStore>(fs::path(stored.at("path").get<std::string>()));
      set.shape = store->shape();
      Source& source = sources[stored.at("source")];
      source.name = stored.at("source");
      const bool train = stored.at("split") == "train";
      (train ? source.train_folder : source.test_folder) = stored.at("folder");
      (train ? source.train : source.test) = std::move(store);
    }
    for (auto& [name, source] : sources) set.sources.push_back(std::move(source));
    for (const Json& stored : manifest.at("test_sets")) {
      Source& made = set.test_sets.emplace_back();
      made.name = stored.at("name");
      made.test = std::make_shared<const ImageStore>(fs::path(stored.at("path").get<std::string>()));
    }
    set.fingerprint = fingerprint_of(set);
    if (set.fingerprint != manifest.at("fingerprint").get<std::string>()) {
      throw Error("the image stores in the cache have changed since the data were opened", "run the command again");
    }
    return set;
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("the manifest of a data set is not readable: {}", problem.what()));
  }
}

fs::path default_cache_folder() {
  const auto variable = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
  };
  if (fs::path own = variable("ERSATZ_CACHE"); !own.empty()) return own;
  if (const fs::path shared = variable("XDG_CACHE_HOME"); shared.is_absolute()) return shared / "ersatz";
  if (const fs::path home = variable("HOME"); !home.empty()) return home / ".cache" / "ersatz";
  throw Error("there is no folder for the cache: HOME is not set", "choose a folder with --cache");
}

}  // namespace ersatz::data
