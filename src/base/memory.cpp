#include "base/memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <new>
#include <sstream>
#include <string>

#include "base/error.hpp"

namespace ersatz {
namespace {

[[noreturn]] void end_without_memory() {
  try {
    if (std::current_exception()) std::rethrow_exception(std::current_exception());
  } catch (const std::bad_alloc&) {
    for (const std::string_view text : {std::string_view("ersatz: error: "), kNoMemory, std::string_view("\nhint: "),
                                        kLessMemory, std::string_view("\n")}) {
      [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    }
    ::_exit(2);
  } catch (...) {  // a defect, and a core to look at
  }
  std::abort();
}

}  // namespace

void report_exhausted_memory() { std::set_terminate(end_without_memory); }

namespace fs = std::filesystem;
namespace {

// Files below /proc and /sys have no size: they are read to their end.
std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  return text.str();
}

// The number at the beginning of a text; nothing for "max" and for no text.
std::optional<std::uint64_t> number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() ? std::optional(value) : std::nullopt;
}

// The number behind a word at the beginning of a line: "inactive_file 4096", "MemAvailable:  24105 kB".
std::optional<std::uint64_t> entry(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    if (line.starts_with(word) && line.size() > word.size() && line[word.size()] == ' ') {
      return number(line.substr(word.size()));
    }
    at += line.size() + 1;
  }
  return std::nullopt;
}

/// How a version of control groups names things.
struct GroupFiles {
  std::string_view limit, used, cache_prefix;
};
constexpr GroupFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_"};
constexpr GroupFiles kVersion2{"memory.max", "memory.current", ""};

// What a group leaves of its limit; nothing without one.
std::optional<std::uint64_t> left_in(const fs::path& group, const GroupFiles& files) {
  const auto limit = number(text_of(group / files.limit));
  if (!limit) return std::nullopt;
  const std::uint64_t used = number(text_of(group / files.used)).value_or(0);
  const std::string statistics = text_of(group / "memory.stat");
  std::uint64_t cache = 0;  // of files: given back before anything is refused
  for (const std::string_view kind : {"inactive_file", "active_file"}) {
    cache += entry(statistics, std::string(files.cache_prefix) + std::string(kind)).value_or(0);
  }
  const std::uint64_t held = used > cache ? used - cache : 0;
  return *limit > held ? *limit - held : 0;
}

// The least of a group and all groups around it. In a container the path may be the host's, of which only the
// uppermost folder is there.
void limit_by_groups(AvailableMemory& least, const fs::path& root, std::string_view path, const GroupFiles& files) {
  for (fs::path group = fs::path(path).relative_path();; group = group.parent_path()) {
    const auto left = left_in(group.empty() ? root : root / group, files);
    if (left && *left < least.bytes) least = {*left, "left by the limit of its control group"};
    if (group.empty()) return;
  }
}

}  // namespace

AvailableMemory system_memory(const fs::path& proc, const fs::path& groups) {
  AvailableMemory least;
  if (const auto kilobytes = entry(text_of(proc / "meminfo"), "MemAvailable:")) {
    least = {*kilobytes * 1024, "free on this machine"};
  }
  // "0::/path" of version 2, "5:memory:/path" of version 1 with the controllers in the middle.
  std::istringstream lines(text_of(proc / "self" / "cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string path = line.substr(second + 1);
    if (controllers == ",,") {
      limit_by_groups(least, groups, path, kVersion2);
      limit_by_groups(least, groups / "unified", path, kVersion2);
    } else if (controllers.find(",memory,") != std::string::npos) {
      limit_by_groups(least, groups / "memory", path, kVersion1);
    }
  }
  return least;
}

std::uint64_t parse_memory(std::string_view value) {
  constexpr std::string_view kUnits = "kMGT";
  double amount = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), amount, std::chars_format::fixed);
  const std::string_view unit = value.substr(static_cast<std::size_t>(end - value.data()));
  const std::size_t power = unit.size() == 1 ? kUnits.find(unit == "K" ? 'k' : unit[0]) : std::string_view::npos;
  const double bytes = power < kUnits.size() ? amount * std::pow(1000, power + 1) : 0;
  if (code != std::errc() || !(bytes >= 1 && bytes <= 1e18)) {
    throw Error("ERSATZ_MEMORY is \"" + std::string(value) + "\"",
                "it is an amount of memory, as 2G or 800M; without it, what is free is used");
  }
  return static_cast<std::uint64_t>(bytes);
}

std::optional<std::uint64_t> memory_setting() {
  const char* value = std::getenv("ERSATZ_MEMORY");
  if (value == nullptr || *value == '\0') return std::nullopt;
  return parse_memory(value);
}

AvailableMemory available_memory() {
  if (const auto setting = memory_setting()) return {*setting, "allowed by ERSATZ_MEMORY"};
  return system_memory();
}

}  // namespace ersatz
