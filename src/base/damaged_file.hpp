#pragma once

#include <filesystem>
#include <utility>

#include "base/error.hpp"

namespace ersatz {

/// A file of the cache does not hold what was written to it. It is made again when it is missing: whoever can start
/// over deletes it, warns once and does; the rest need not know it from another Error.
class DamagedFile : public Error {
 public:
  DamagedFile(std::filesystem::path path, const std::string& what_happened)
      : Error(what_happened, "delete this file: it is made again"), path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ersatz
