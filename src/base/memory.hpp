#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>

namespace ersatz {

/// Where memory ends in a function that must not throw (libraries have some), the process ends with this error and exit
/// code 2, not with the signal that std::terminate() sends. To be called once, by main().
void report_exhausted_memory();
inline constexpr std::string_view kNoMemory = "not enough memory: the system refused what this needs";

/// The hint of every error that says that memory does not suffice.
inline constexpr std::string_view kLessMemory =
    "choose a smaller batch or smaller images (--size), or make fewer runs at a time (--jobs 1)";

/// How much memory may still be taken, and what sets this limit, in words that follow a number: "free on this machine".
struct AvailableMemory {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  std::string_view limit = "free";

  bool operator==(const AvailableMemory&) const = default;
};

/// What /proc/meminfo calls available, or what the process's control group and the groups around it (version 1 or 2)
/// leave of their limits, whichever is least. Page cache that can be given back counts as free. Files that are missing
/// or say nothing are no limit.
AvailableMemory system_memory(const std::filesystem::path& proc = "/proc",
                              const std::filesystem::path& groups = "/sys/fs/cgroup");

/// Bytes that a value of ERSATZ_MEMORY names: "2G", "1.5G", "800M" (powers of ten). Throws Error for any other.
std::uint64_t parse_memory(std::string_view value);

/// What the environment variable ERSATZ_MEMORY says. Empty without the variable, or when its value is empty. Throws as
/// parse_memory() does.
std::optional<std::uint64_t> memory_setting();

/// memory_setting(), or else system_memory().
AvailableMemory available_memory();

}  // namespace ersatz
