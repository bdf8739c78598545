#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace ersatz::stats {

/// What other software says: tests/stats/make_fixtures.py wrote it.
inline const Json& fixtures(const char* part) {
  static const Json content = read_json(ERSATZ_SOURCE_DIR "/tests/stats/fixtures.json");
  return content.at(part);
}

using Numbers = std::vector<double>;
using LabelList = std::vector<std::int32_t>;

}  // namespace ersatz::stats
