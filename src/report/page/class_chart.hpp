#pragma once

#include <string>

#include "analysis/substitution.hpp"

namespace ersatz::report {

/// F1 of every class after training on the tested source and on the other one, joined by a line, as an SVG with the
/// page's colours: a filled dot stands for the real source, whichever is tested, a hollow diamond for the other. The
/// class that loses most comes first.
std::string class_chart(const analysis::Substitution& substitution, bool tested_is_real);

}  // namespace ersatz::report
