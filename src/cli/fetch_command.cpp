#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/transfer_display.hpp"
#include "data/data_set.hpp"
#include "fetch/catalogue.hpp"
#include "fetch/download.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

struct FetchOptions {
  std::string to, url, cache;

  fs::path cache_folder() const { return cache.empty() ? data::default_cache_folder() : fs::path(cache); }
};

// CIFAKE has no checksum (catalogue.cpp): it is CIFAKE when 120,000 images decode and lie where they
// should. That also fills the cache for the first study.
void check_cifake(const fs::path& archive, const fs::path& cache) {
  data::DataLocation location;
  location.path = archive;
  data::ImportOptions options;
  options.cache = cache;
  const data::DataSet set = data::open_data_set(location, options);
  const auto require = [&](bool holds, const std::string& what) {
    if (!holds) {
      throw Error(fmt::format("{} is not the whole of CIFAKE: {}", archive.string(), what),
                  "remove it and fetch it again");
    }
  };
  require(
      set.sources.size() == 2 && set.classes.size() == 10,
      fmt::format("{} sources and {} classes where 2 and 10 were expected", set.sources.size(), set.classes.size()));
  for (const data::Source& source : set.sources) {
    require(source.name == "REAL" || source.name == "FAKE", fmt::format("a source is called {}", source.name));
    for (const auto& [split, wanted] : {std::pair{data::Split::train, 50'000U}, {data::Split::test, 10'000U}}) {
      const data::ImageStore* store = source.split(split);
      const std::size_t found = store == nullptr ? 0 : store->size();
      require(found == wanted, fmt::format("{} {} has {} images where {} were expected", source.name,
                                           data::split_name(split), format_count(found), format_count(wanted)));
    }
  }
}

void check(const fetch::KnownFile& file, const fs::path& path, const fs::path& cache) {
  if (file.data_set) return check_cifake(path, cache);
  const std::string mismatch = fetch::find_mismatch(path, file.expected);
  if (!mismatch.empty()) {
    throw Error(fmt::format("{} is not {}: {}", path.string(), file.title, mismatch), "remove it and fetch it again");
  }
}

void describe(const fetch::KnownFile& file, const std::string& url, const fs::path& destination) {
  fmt::print("{}\n  from     {}\n  to       {}\n  size     about {}\n  licence  {}\n", file.title, url,
             destination.string(), format_bytes(file.size), file.licence);
  for (const std::string& citation : file.citations) fmt::print("  cite     {}\n", citation);
  std::fflush(stdout);
}

void fetch_known(const fetch::KnownFile& file, const FetchOptions& given) try {
  const fs::path destination = given.to.empty() ? file.default_path(given.cache_folder()) : fs::path(given.to);
  const std::string url = given.url.empty() ? file.url : given.url;
  if (fs::is_directory(destination)) {
    throw Error(fmt::format("{} is a folder", destination.string()),
                fmt::format("name the file: --to {}", (destination / file.file_name).string()));
  }
  if (fs::exists(destination)) {
    check(file, destination, given.cache_folder());
    fmt::print("{} is already here, and complete: {}\n", file.name, destination.string());
    return;
  }
  describe(file, url, destination);

  // A file gets its name when it has been checked; without a checksum that is after the download.
  fs::path arriving = destination;
  if (file.data_set) arriving += ".unchecked";
  if (!fs::exists(arriving) || !file.data_set) {
    fetch::DownloadOptions options;
    options.expected = file.expected;
    options.most = file.most();
    TransferDisplay display;
    options.on_progress = [&display](const fetch::DownloadProgress& progress) { display.show(progress); };
    try {
      fetch::download(url, arriving, options);
    } catch (const fetch::Offline& offline) {
      throw Error(offline.what(), fmt::format("without network, get it elsewhere ({}) and copy it to {}", file.page,
                                              destination.string()));
    }
  }
  if (file.data_set) {
    try {
      check(file, arriving, given.cache_folder());
    } catch (const Error& problem) {
      fs::remove(arriving);
      throw Error(fmt::format("{} is not {}: {}", url, file.name, problem.what()), "nothing was kept");
    }
    move_into_place(arriving, destination);
  }
  fmt::print("done: {} ({}, checked)\n", destination.string(), format_bytes(fs::file_size(destination)));
} catch (const fs::filesystem_error& problem) {
  throw Error(problem.what(), "choose another place with --to");
}

}  // namespace

void add_fetch_command(CLI::App& app) {
  CLI::App* fetch = app.add_subcommand("fetch", "Download public data or weights, and check them");
  fetch->require_subcommand(1);
  fetch->footer("Example: ersatz fetch cifake");
  for (const fetch::KnownFile& file : fetch::known_files()) {
    const auto options = std::make_shared<FetchOptions>();
    CLI::App* command = fetch->add_subcommand(file.name, file.title);
    const std::string where = file.data_set ? file.default_path({}).string() : "below the cache folder";
    command->add_option("--to", options->to, "File to write; default: " + where);
    command->add_option("--url", options->url, "Another address to download from (https)");
    command->add_option("--cache", options->cache, "Cache folder; default: $ERSATZ_CACHE or ~/.cache/ersatz");
    command->footer(fmt::format("Example: ersatz fetch {} --to {}", file.name, file.file_name));
    command->callback([&file, options] { fetch_known(file, *options); });
  }
}

}  // namespace ersatz::cli
