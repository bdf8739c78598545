#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ersatz {

/// JSON whose objects keep their order, so that files read as they were written. Declared only: enough for the
/// signatures of functions, at a fraction of what base/json.hpp costs each file that includes it.
using Json = nlohmann::ordered_json;

}  // namespace ersatz
