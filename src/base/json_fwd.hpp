#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ersatz {

/// How values of C++ are read from JSON (base/json.hpp): as the library does it, but an integer only from a whole
/// number that the type has.
template <typename T, typename = void>
struct CheckedSerializer;

/// JSON whose objects keep their order, so that files read as they were written. Declared only: enough for the
/// signatures of functions, at a fraction of what base/json.hpp costs each file that includes it.
using Json = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t,
                                  double, std::allocator, CheckedSerializer>;

}  // namespace ersatz
