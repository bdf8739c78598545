#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/cache/clean.hpp"
#include "cli/cache/inventory.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "data/data_set.hpp"

namespace ersatz::cli {
namespace {

struct CacheOptions {
  std::string cache, older_than;
  bool json = false, all = false, dry_run = false;

  CacheInventory read() const {
    return read_cache(cache.empty() ? data::default_cache_folder() : std::filesystem::path(cache));
  }
};

std::string day(std::time_t time) { return fmt::format("{:%Y-%m-%d}", fmt::localtime(time)); }

std::string origin(const CacheEntry& entry) { return fmt::format("{}", fmt::join(entry.made_from, ", ")); }

void print_cache_json(const CacheInventory& inventory) {
  Json files = Json::array();
  for (const CacheEntry& entry : inventory.entries) {
    files.push_back({{"file", entry.file.string()},
                     {"kind", cache_kind_name(entry.kind)},
                     {"bytes", entry.bytes},
                     {"last_used", entry.last_used},
                     {"made_from", entry.made_from},
                     {"needless", entry.needless}});
  }
  fmt::print("{}\n", Json({{"format", 1}, {"folder", inventory.folder.string()}, {"files", files}})
                         .dump(2, ' ', false, Json::error_handler_t::replace));
}

// Files of one kind and origin are a line.
void list_cache(const CacheOptions& options) {
  const CacheInventory inventory = options.read();
  if (options.json) return print_cache_json(inventory);
  struct Group {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
    std::time_t last_used = 0;
  };
  std::map<std::tuple<CacheKind, std::string>, Group> groups;
  std::uint64_t total = 0;
  for (const CacheEntry& entry : inventory.entries) {
    // Kinds with many small files are listed as one.
    const bool alone = entry.kind == CacheKind::index || entry.kind == CacheKind::leftover;
    Group& group = groups[{entry.kind, alone ? "" : origin(entry)}];
    ++group.files;
    group.bytes += entry.bytes;
    group.last_used = std::max(group.last_used, entry.last_used);
    total += entry.bytes;
  }
  fmt::print("{}: {}, {}\n", inventory.folder.string(), plural(inventory.entries.size(), "file"), format_bytes(total));
  for (const auto& [key, group] : groups) {
    const auto& [kind, from] = key;
    fmt::print("  {:<11}  {:>10}  {:>9}  last used {}{}\n", cache_kind_name(kind), plural(group.files, "file"),
               format_bytes(group.bytes), day(group.last_used), from.empty() ? "" : "  from " + from);
  }
  if (inventory.others > 0) {
    fmt::print("{} in the folder {} not ersatz's, and never touched\n", plural(inventory.others, "other thing"),
               inventory.others == 1 ? "is" : "are");
  }
}

void clean(const CacheOptions& options) {
  CleanRequest request;
  request.all = options.all;
  request.dry_run = options.dry_run;
  if (!options.older_than.empty()) request.older_than = parse_age(options.older_than);
  const CacheInventory inventory = options.read();
  std::uint64_t bytes = 0;
  std::size_t files = 0, in_use = 0, refused = 0;
  for (const Cleaned& cleaned : clean_cache(inventory, request)) {
    const CacheEntry& entry = cleaned.entry;
    if (cleaned.outcome == Removal::in_use) ++in_use;
    if (cleaned.outcome == Removal::refused) {
      ++refused;
      fmt::print(stderr, "ersatz: warning: {} cannot be deleted\n", (inventory.folder / entry.file).string());
    }
    if (cleaned.outcome != Removal::done) continue;
    ++files;
    bytes += entry.bytes;
    if (options.dry_run) {
      fmt::print("  {:<11}  {:>9}  last used {}  {}\n", cache_kind_name(entry.kind), format_bytes(entry.bytes),
                 day(entry.last_used), entry.file.string());
    }
  }
  fmt::print("{}: {} {}, {}\n", inventory.folder.string(), options.dry_run ? "would delete" : "deleted",
             plural(files, "file"), format_bytes(bytes));
  if (in_use > 0) {
    fmt::print("{} in use by a running ersatz, and {} left\n", plural(in_use, "file") + (in_use == 1 ? " is" : " are"),
               in_use == 1 ? "was" : "were");
  }
  if (!options.all && options.older_than.empty() && files == 0 && !inventory.entries.empty()) {
    fmt::print("nothing is needless; --older-than 30d deletes what was not used for so long, --all deletes all\n");
  }
  std::fflush(stdout);
  if (refused > 0) {
    throw Error(fmt::format("{} could not be deleted", plural(refused, "file")),
                "check who owns them and whether you may write there");
  }
}

}  // namespace

void add_cache_command(CLI::App& app) {
  CLI::App* cache = app.add_subcommand("cache", "Look at what is kept between commands, and delete it");
  cache->require_subcommand(1);
  cache->footer("Example: ersatz cache list");
  const auto options = std::make_shared<CacheOptions>();
  const auto declare_cache = [&](CLI::App& command) {
    command.add_option("--cache", options->cache, "The cache folder; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  };

  CLI::App* list =
      cache->add_subcommand("list", "What is in the cache: sizes, when it was last used, what it was made from");
  declare_cache(*list);
  list->add_flag("--json", options->json, "Print one JSON object with every file (docs/file-formats.md)");
  list->footer("Example: ersatz cache list");
  list->callback([options] { list_cache(*options); });

  CLI::App* cleaning = cache->add_subcommand(
      "clean", "Delete what no command will ask for: leftovers of killed commands, index entries without images");
  declare_cache(*cleaning);
  CLI::Option* older =
      cleaning->add_option("--older-than", options->older_than, "Also what was not used for so long: 30d, 12h, 2w");
  cleaning->add_flag("--all", options->all, "Everything")->excludes(older);
  cleaning->add_flag("--dry-run", options->dry_run, "Only say what would be deleted");
  cleaning->footer(
      "What a running ersatz uses is left. What is deleted is made again when it is needed; weights are downloaded "
      "again.\n"
      "Example: ersatz cache clean --older-than 30d --dry-run");
  cleaning->callback([options] { clean(*options); });
}

}  // namespace ersatz::cli
