#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ersatz::testing {

/// What this program asks the system to sync and to rename while the object lives, in order: "sync PATH" (of a file or
/// a folder), "rename FROM TO". The functions of the C library are replaced in every program that sync_log.cpp is in.
class SyncLog {
 public:
  SyncLog();
  ~SyncLog();
  SyncLog(const SyncLog&) = delete;
  SyncLog& operator=(const SyncLog&) = delete;

  /// Empty where `path` got its name as it must: what had it before under a temporary name was synced, then renamed,
  /// then the folder was synced. Else what is wrong.
  std::string problem_with(const std::filesystem::path& path) const;
  const std::vector<std::string>& calls() const;
};

}  // namespace ersatz::testing
