#pragma once

#include "analysis/answer.hpp"
#include "analysis/results.hpp"
#include "base/json_fwd.hpp"

namespace ersatz::report {

/// An answer for programs (docs/file-formats.md): the sentences, and every number that they state, unrounded. A number
/// that is not defined or has no end is null.
Json answer_json(const analysis::ResultTable& table, const analysis::Answer& answer);

}  // namespace ersatz::report
