#include "cli/output_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::cli {
namespace fs = std::filesystem;

void check_output(const fs::path& path, std::string_view ending, const std::vector<fs::path>& inputs) {
  std::error_code code;
  if (!ending.empty() && lower_ascii(path.extension().string()) != ending) {
    throw Error(fmt::format("{} does not end in {}", path.string(), ending),
                fmt::format("write {}{}", path.stem().string(), ending));
  }
  const fs::path folder = path.parent_path();
  if (!folder.empty() && !fs::is_directory(folder, code)) {
    throw Error(fmt::format("there is no folder {}", folder.string()), "make it first, or name another place");
  }
  const fs::file_status status = fs::symlink_status(path, code);
  if (status.type() == fs::file_type::not_found) return;
  if (status.type() != fs::file_type::regular) {
    throw Error(fmt::format("{} is not a plain file, and would be replaced", path.string()), "name another place");
  }
  const auto is_input = [&](const fs::path& input) {
    std::error_code ignored;
    return fs::equivalent(path, input, ignored);
  };
  if (std::ranges::any_of(inputs, is_input)) {
    throw Error(fmt::format("{} is also read, and would be lost", path.string()), "name another place");
  }
}

}  // namespace ersatz::cli
