#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ersatz::report {

/// How wide a text is in DejaVu Sans, in ems (the size of its font): exact for ASCII, an upper estimate for the rest.
/// Of the ways that a figure's files write it (drawable()) the wider counts.
double text_ems(std::string_view text);

/// `text`, or its beginning and end around "…" where it is wider than so many ems.
std::string fit_text(std::string_view text, double ems);

/// Lines that are no wider than so many ems, broken at spaces. A word that is wider is cut by fit_text().
std::vector<std::string> wrap_text(std::string_view text, double ems);

}  // namespace ersatz::report
