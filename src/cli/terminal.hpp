#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace ersatz::cli {

/// Whether a stream is a terminal that can move its cursor.
bool is_terminal(std::FILE* stream);

/// Columns of the terminal behind a stream; 80 when it is none or does not say.
std::size_t terminal_width(std::FILE* stream);

/// "1 run", "2,000 runs".
std::string plural(std::size_t n, std::string_view word);

/// The words of a text in lines of at most `width` columns, each behind `indent` spaces and with a line feed. A word
/// that is longer than a line has a line of its own.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace ersatz::cli
