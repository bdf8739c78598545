#include "data/data_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "data/import/cache.hpp"
#include "data/import/container.hpp"
#include "data/import/import.hpp"
#include "data/import/layout.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

bool stores_intact(const Cache& cache, const Imported& imported) {
  return std::all_of(imported.stores.begin(), imported.stores.end(), [&](const ImportedStore& store) {
    return is_intact(ImageStore(cache.store_folder() / store.file));
  });
}

/// Opens one container: from the cache where it is known, else by importing it.
Imported open_container_images(const fs::path& path, const std::optional<std::string>& source,
                               const ImportOptions& options) {
  const Cache cache(options.cache);
  const ContainerStamp stamp = stamp_of(path);
  if (!options.verify) {
    if (const auto content = cache.known_content(path, stamp)) {
      if (auto imported = cache.known_import(*content, source, options.resize, options.skip_broken)) return *imported;
    }
  }
  // The names are listed while the bytes are hashed.
  auto hashing = std::async(std::launch::async, [&] { return content_hash(path); });
  const auto container = open_container(path);
  const Layout layout = find_layout(*container, path, source);
  const std::string content = hashing.get();

  CacheSession session(cache);
  auto imported = cache.known_import(content, source, options.resize, options.skip_broken);
  if (imported && options.verify && !stores_intact(cache, *imported)) imported.reset();
  if (!imported) {
    imported = import_images(*container, path, layout, cache.store_folder(), options, [&](const Imported& found) {
      cache.remember_import(content, source, options.resize, found);
    });
  }
  session.keep();
  cache.remember_content(path, stamp, content);
  return *imported;
}

std::string classes_text(const std::vector<std::string>& classes) {
  constexpr std::size_t kShown = 12;
  if (classes.size() <= kShown) return join_words(classes);
  std::vector<std::string> first(classes.begin(), classes.begin() + kShown);
  return fmt::format("{} and {} more", fmt::join(first, ", "), classes.size() - kShown);
}

/// Puts the sources of several containers together.
class Assembly {
 public:
  explicit Assembly(ImportOptions options) : options_(std::move(options)) {}

  /// `wanted` says which of the container's sources are taken.
  void add(const fs::path& path, const std::optional<std::string>& source,
           const std::function<bool(const std::string&)>& wanted) {
    const Imported imported = open_container_images(path, source, options_);
    if (set_.classes.empty()) {
      set_.classes = imported.classes;
      first_path_ = path;
    } else if (set_.classes != imported.classes) {
      throw Error(fmt::format("{} has the classes {}, but {} has {}", path.string(), classes_text(imported.classes),
                              first_path_.string(), classes_text(set_.classes)),
                  "all sources must have the same classes");
    }
    for (const ImportedStore& store : imported.stores) {
      if (wanted(store.source)) add(path, store);
    }
    set_.skipped.insert(set_.skipped.end(), imported.skipped.begin(), imported.skipped.end());
    set_.ignored.insert(set_.ignored.end(), imported.ignored.begin(), imported.ignored.end());
    set_.remarks.add(imported.remarks);
  }

  void add(const fs::path& path, const ImportedStore& stored) {
    auto store = std::make_shared<const ImageStore>(Cache(options_.cache).store_folder() / stored.file);
    add(path, stored.source, stored.split, stored.folder, std::move(store));
  }

  void add(const fs::path& path, const std::string& name, Split split, const std::string& folder,
           std::shared_ptr<const ImageStore> store) {
    const std::int32_t classes = static_cast<std::int32_t>(set_.classes.size());
    if (std::any_of(store->labels().begin(), store->labels().end(),
                    [&](std::int32_t k) { return k < 0 || k >= classes; })) {
      throw Error(fmt::format("{} is damaged: it holds labels outside the classes", store->path().string()),
                  "delete this file: it is made again from the images");
    }
    if (sources_.empty()) set_.shape = store->shape(), shape_path_ = path;
    if (store->shape() != set_.shape) {
      throw Error(
          fmt::format("{} holds images of {} x {} pixels, but {} of {} x {}", path.string(), store->shape().width,
                      store->shape().height, shape_path_.string(), set_.shape.width, set_.shape.height),
          "choose one: size = 64 in the study's [data] section, or --size 64");
    }
    Source& source = sources_[name];
    source.name = name;
    (split == Split::train ? source.train : source.test) = std::move(store);
    (split == Split::train ? source.train_folder : source.test_folder) = folder;
  }

  DataSet finish() {
    for (auto& [name, source] : sources_) set_.sources.push_back(std::move(source));
    std::string text = "ersatz data 1\n";
    const auto put = [&text](std::string_view part) { text += fmt::format("{}:{}\n", part.size(), part); };
    for (const std::string& name : set_.classes) put(name);
    for (const Source& source : set_.sources) {
      for (const Split split : {Split::train, Split::test}) {
        if (source.split(split) == nullptr) continue;
        put(source.name);
        put(split_name(split));
        put(source.split(split)->fingerprint());
      }
    }
    set_.fingerprint = to_hex(sha256(text));
    return std::move(set_);
  }

  DataSet& set() { return set_; }

 private:
  ImportOptions options_;
  DataSet set_;
  std::map<std::string, Source> sources_;  // in byte order of the names
  fs::path first_path_, shape_path_;
};

}  // namespace

const Source& DataSet::source(std::string_view name) const {
  std::vector<std::string> names;
  for (const Source& one : sources) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  throw Error(fmt::format("the data have no source \"{}\"", name), fmt::format("there are {}", join_words(names)));
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
  return {{"classes", classes}, {"stores", stores}, {"fingerprint", fingerprint}};
}

DataSet open_data_set(const DataLocation& location, const ImportOptions& options) {
  if (!location.path && location.sources.empty()) {
    throw Error("no data are given", "give the path of a zip or a folder with --data or in the study file");
  }
  ImportOptions resolved = options;
  if (resolved.cache.empty()) resolved.cache = default_cache_folder();
  Assembly assembly(resolved);
  if (location.path) {
    assembly.add(*location.path, {}, [&](const std::string& name) { return !location.sources.contains(name); });
  }
  for (const auto& [name, path] : location.sources) {
    assembly.add(path, name, [](const std::string&) { return true; });
  }
  return assembly.finish();
}

DataSet reopen_data_set(const Json& manifest) {
  try {
    Assembly assembly({});
    assembly.set().classes = manifest.at("classes").get<std::vector<std::string>>();
    for (const Json& stored : manifest.at("stores")) {
      const fs::path path = stored.at("path").get<std::string>();
      assembly.add(path, stored.at("source"), stored.at("split") == "train" ? Split::train : Split::test,
                   stored.at("folder"), std::make_shared<const ImageStore>(path));
    }
    DataSet set = assembly.finish();
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
