#pragma once

#include <string>

#include "analysis/substitution.hpp"

namespace ersatz::report {

/// Recall of every class after training on the source itself (a filled dot) and on the other one (a hollow diamond),
/// joined by a line, as an SVG with the page's colours. The class that loses most comes first.
std::string class_chart(const analysis::Substitution& substitution);

}  // namespace ersatz::report
