#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ersatz::report {

/// The characters of `text` that no font of this machine has, each once, in the order in which they come.
std::vector<std::string> missing_characters(std::string_view text);

/// `text` as PNG and PDF figures show it: of each missing character the number, " U+72AC ". gnuplot's cairo terminals
/// would draw a box for it, of a size that covers the figure.
std::string drawable(std::string_view text);

}  // namespace ersatz::report
