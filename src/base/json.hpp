#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace ersatz {

/// JSON whose objects keep their order, so that files read as they were written.
using Json = nlohmann::ordered_json;

/// Parses a file. Throws Error naming the file when it is missing or not JSON.
Json read_json(const std::filesystem::path& path);

/// Writes a file, indented by two, whole or not at all.
void write_json(const std::filesystem::path& path, const Json& value);

}  // namespace ersatz
