#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "quality/quality.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// Every metric, a row each, of every source, a column each: value ± standard error.
TextTable quality_table(const quality::Quality& quality);
/// The classes of a source, a row each, with some of the metrics. `source` is one of quality.sources.
TextTable quality_of_classes(const quality::SourceQuality& source);
/// How near to photographs the images of each source come that a generator may have copied, a row for each source.
TextTable quality_copies(const quality::Quality& quality);
/// The nearest pairs of a source, at most `most`.
TextTable nearest_pairs(const quality::Copies& copies, std::size_t most = 5);
/// What it comes to, each with its number.
std::vector<std::string> quality_sentences(const quality::Quality& quality);
/// Everything, unrounded.
Json quality_json(const quality::Quality& quality);

}  // namespace ersatz::report
