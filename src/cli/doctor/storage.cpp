#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cache/inventory.hpp"
#include "cli/doctor/finding.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

// The folder itself, or where it would be made.
fs::path nearest_folder(const fs::path& folder) {
  std::error_code code;
  fs::path at = fs::absolute(folder).lexically_normal();
  while (!fs::exists(at, code) && at.has_relative_path()) at = at.parent_path();
  return at;
}

// Whether files can be made in it, and for how many bytes there is room.
Finding examine_folder(const std::string& topic, const fs::path& folder, const std::string& elsewhere) {
  constexpr std::uint64_t kTooLittle = 100'000'000, kLittle = 3'000'000'000;
  const fs::path place = nearest_folder(folder);
  std::error_code code;
  const bool missing = !fs::exists(folder, code);
  if (!fs::is_directory(place, code) || ::access(place.c_str(), W_OK | X_OK) != 0) {
    return {FindingLevel::problem, topic,
            missing ? fmt::format("{} cannot be made: {} is not yours to write to", folder.string(), place.string())
                    : fmt::format("{} cannot be written to", folder.string()),
            elsewhere};
  }
  const fs::space_info space = fs::space(place, code);
  if (code) return {FindingLevel::note, topic, fmt::format("{}: its room is unknown", folder.string()), elsewhere};
  Finding finding{FindingLevel::ok,
                  topic,
                  fmt::format("{}{}, {} free on its disk", folder.string(), missing ? " (not there yet)" : "",
                              format_bytes(space.available)),
                  {}};
  if (space.available < kLittle) {
    finding.level = space.available < kTooLittle ? FindingLevel::problem : FindingLevel::note;
    finding.advice = "CIFAKE takes 0.4 GB decoded and larger images more; free some space, or " + elsewhere;
  }
  return finding;
}

Finding examine_cache_content(const fs::path& folder) {
  try {
    const CacheInventory inventory = read_cache(folder);
    std::uint64_t total = 0, needless = 0;
    std::map<CacheKind, std::uint64_t> kinds;
    for (const CacheEntry& entry : inventory.entries) {
      kinds[entry.kind] += entry.bytes;
      total += entry.bytes;
      if (entry.needless) needless += entry.bytes;
    }
    std::vector<std::string> parts;
    for (const auto& [kind, bytes] : kinds)
      parts.push_back(fmt::format("{} {}", cache_kind_name(kind), format_bytes(bytes)));
    Finding finding{
        FindingLevel::ok,
        "cached",
        inventory.entries.empty() ? "nothing yet" : fmt::format("{}: {}", format_bytes(total), join_words(parts)),
        {}};
    constexpr std::uint64_t kMuch = 1'000'000;
    if (needless > kMuch) {
      finding.level = FindingLevel::note;
      finding.advice = fmt::format("`ersatz cache clean` frees {} that nothing needs", format_bytes(needless));
    }
    return finding;
  } catch (const Error& problem) {
    return {FindingLevel::problem, "cached", problem.what(), "choose another folder with ERSATZ_CACHE"};
  }
}

}  // namespace

Findings examine_storage(const fs::path& cache) {
  std::error_code code;
  return {
      examine_folder("cache", cache, "choose another folder with ERSATZ_CACHE or --cache"),
      examine_cache_content(cache),
      examine_folder("results", fs::current_path(code) / "out", "work in another folder, or choose one with --out")};
}

}  // namespace ersatz::cli
