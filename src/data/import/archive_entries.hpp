#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "data/import/container.hpp"

// What libarchive is asked. All of it runs in the sandbox (archive_reader.cpp): it opens nothing, and what it says is
// believed only where it was checked outside.
namespace ersatz::data {

/// What is known when all entries have been seen.
struct ArchiveEnd {
  enum Format : std::uint8_t { tar, zip, other } format = other;
  bool packed = false;  ///< by gzip or the like
};

/// Hands the name and the size of each regular file of an archive, `bytes` of it all, to `take`, in its order. Names
/// are as they stand there, but safe_path() takes them. Throws Error naming `path`.
ArchiveEnd list_archive(const std::filesystem::path& path, std::string_view bytes,
                        const std::function<void(const std::string& name, std::uint64_t size)>& take);

/// Reads the files that are `wanted`, one flag for each of `files`, and hands them to `take` in order.
void read_archive(const std::filesystem::path& path, std::string_view bytes, const std::vector<ContainerFile>& files,
                  const std::vector<bool>& wanted,
                  const std::function<void(std::size_t index, const FileContent& content)>& take);

/// The error for what is no archive; `reason` is libarchive's.
Error not_an_archive(const std::filesystem::path& path, std::string_view bytes, const std::string& reason);

/// What to do about archives that are cut short.
inline constexpr char kDownloadHint[] = "the file may be an interrupted download or copy: get it again";

}  // namespace ersatz::data
