#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.hpp"

namespace ersatz::data {

/// A folder that appears whole, with publish(), or not at all: until then it lies beside its place under a name of its
/// own. What a kill leaves there is taken away by the next one that makes the same folder.
class DerivedFolder {
 public:
  /// `place` must not be there. Throws Error, also when another process makes it.
  explicit DerivedFolder(const std::filesystem::path& place);
  ~DerivedFolder();
  DerivedFolder(const DerivedFolder&) = delete;
  DerivedFolder& operator=(const DerivedFolder&) = delete;

  /// A folder inside of it. Throws Error.
  void make_folder(const std::string& name);
  /// Writes a file. May be called by several threads. Throws Error.
  void write(const std::string& name, std::string_view bytes);
  /// Gives it its name when all of it is on the disk. Throws Error when meanwhile something has that name.
  void publish();

 private:
  std::filesystem::path place_, path_, lock_path_;
  FileLock lock_;
};

/// A path without "." and ".." and without "/" at its end.
std::filesystem::path plain_path(const std::filesystem::path& path);

}  // namespace ersatz::data
