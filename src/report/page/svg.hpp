#pragma once

#include <string>
#include <string_view>

// Pieces of the drawings that the page makes itself. Colours are the page's variables: "--ink".
namespace ersatz::report {

/// Text whose `anchor` ("start", "middle", "end") is at (x, y); escaped.
std::string svg_text(double x, double y, const char* anchor, std::string_view colour, std::string_view words);
/// A filled circle: the sign of what is real.
std::string real_sign(double x, double y);
/// A hollow diamond: the sign of what is set beside it.
std::string other_sign(double x, double y);

/// The element around a drawing, described by `label`.
std::string svg_open(double width, double height, std::string_view label);

}  // namespace ersatz::report
