#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace ersatz::cli {

/// Whether a stream is a terminal that can move its cursor.
bool is_terminal(std::FILE* stream);

/// Whether it is one, and NO_COLOR (https://no-color.org) is not set.
bool shows_colour(std::FILE* stream);

/// Columns of the terminal behind a stream; 80 when it is none or does not say.
std::size_t terminal_width(std::FILE* stream);

/// Rows of it; 24 likewise.
std::size_t terminal_height(std::FILE* stream);

/// Columns that text may take: those of a terminal, any number elsewhere.
std::size_t text_room(std::FILE* stream);

/// Prints `text` to standard output behind `head`, in lines that fit it.
void print_wrapped(std::string_view head, std::string_view text);

/// "1 run", "2,000 runs".
std::string plural(std::size_t n, std::string_view word);

}  // namespace ersatz::cli
