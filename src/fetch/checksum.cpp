#include "fetch/checksum.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace ersatz::fetch {

std::string find_mismatch(const std::filesystem::path& path, const Expected& expected) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (expected.size && bytes.size() != *expected.size) {
    return fmt::format("it has {} bytes where {} were expected", format_count(bytes.size()),
                       format_count(*expected.size));
  }
  const auto compare = [](const char* name, const std::string& found, const std::string& wanted) {
    return found == wanted ? "" : fmt::format("its {} is {} where {} was expected", name, found, wanted);
  };
  std::string mismatch;
  if (!expected.sha256.empty()) mismatch = compare("SHA-256", to_hex(sha256(bytes)), expected.sha256);
  if (mismatch.empty() && !expected.md5.empty()) mismatch = compare("MD5", md5_hex(bytes), expected.md5);
  return mismatch;
}

}  // namespace ersatz::fetch
