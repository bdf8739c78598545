#pragma once

#include <string_view>

namespace ersatz::report {

/// The page's style sheet. Colours are variables with a light and a dark value, which figures use, too
/// (html.hpp, inline_svg()); colours that stand for something are Okabe and Ito's, and never alone.
std::string_view page_style();

}  // namespace ersatz::report
