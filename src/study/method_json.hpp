#pragma once

#include "base/json_fwd.hpp"
#include "models/method.hpp"

namespace ersatz::study {

/// A resolved method and back, all of it: what a worker process is told to train with. from_json throws
/// Json::exception, or Error for an augmentation that it does not know.
Json to_json(const models::Method& method);
models::Method method_from_json(const Json& value);

}  // namespace ersatz::study
