#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ersatz::fetch {

/// What is known beforehand of a file's content. Empty members are not checked.
struct Expected {
  std::optional<std::uint64_t> size;  ///< bytes
  std::string sha256;                 ///< 64 lower-case hexadecimal digits
  std::string md5;                    ///< 32 lower-case hexadecimal digits
};

/// In what way the file at `path` is not what was expected ("its MD5 is ... where ... was
/// expected"); empty when it is. Throws Error when the file cannot be read.
std::string find_mismatch(const std::filesystem::path& path, const Expected& expected);

}  // namespace ersatz::fetch
