#pragma once

#include <string_view>

namespace ersatz::report {

/// The page's only script: tables are sorted by a click on a heading, and a cell of a confusion matrix shows the images
/// behind it. Everything else is there without it.
std::string_view page_script();

}  // namespace ersatz::report
