#pragma once

#include <string>

#include "audit/audit.hpp"

namespace ersatz::report {

/// The AUC of each kind of evidence with its interval, as the images are and encoded alike, as an SVG element.
std::string evidence_chart(const std::string& real, const audit::Comparison& other);

/// The mean spectrum of both sources, ring by ring, with bands of one standard deviation, as an SVG element.
std::string spectrum_chart(const audit::Audit& audit, const audit::Comparison& other);

}  // namespace ersatz::report
