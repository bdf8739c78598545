#include "base/json.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz {

Json read_json(const std::filesystem::path& path) {
  try {
    return Json::parse(read_file(path));
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("{} is not valid JSON: {}", path.string(), problem.what()));
  }
}

void write_json(const std::filesystem::path& path, const Json& value) { write_file(path, value.dump(2) + "\n"); }

}  // namespace ersatz
