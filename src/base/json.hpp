#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_fwd.hpp"

namespace ersatz {

/// Parses a file. Throws Error naming the file when it is missing or not JSON.
Json read_json(const std::filesystem::path& path);

/// Writes a file, indented by two, whole or not at all.
void write_json(const std::filesystem::path& path, const Json& value);

}  // namespace ersatz
