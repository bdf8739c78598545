#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cli {

/// Refuses a path that a command was told to write a file to, before any work: one that ends otherwise than `ending`
/// (".png"; empty: anything), whose folder is not there, where something other than a plain file lies (a folder, a
/// link, a device), and one of the `inputs`. Throws Error.
void check_output(const std::filesystem::path& path, std::string_view ending,
                  const std::vector<std::filesystem::path>& inputs = {});

}  // namespace ersatz::cli
