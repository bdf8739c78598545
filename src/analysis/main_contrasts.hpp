#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "stats/crossed.hpp"

namespace ersatz::analysis {

/// The differences of accuracy that an answer for `source` is about: every training set with something besides images
/// of the source against these images alone (Gain::change), then training on another source in its place
/// (Substitution::difference). Empty where no two cells can be compared yet.
std::vector<stats::CrossedEstimate> main_contrasts(const ResultTable& table, const std::string& source);

}  // namespace ersatz::analysis
