#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "study/test_looks.hpp"

namespace ersatz::report {

/// "The test images of REAL were looked at 3 times since 2026-11-30 04:07 UTC, by answer and table; 4 runs were
/// finished at the first look, 12 now.": who chooses by them often fits them. Empty where no look at them is on record.
std::string looks_text(const std::vector<study::TestLook>& looks, const std::string& source, std::size_t finished_now);

/// The looks at the source's test images, as they are on record: time, command and finished_runs of each.
Json looks_json(const std::vector<study::TestLook>& looks, const std::string& source);

}  // namespace ersatz::report
