#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ersatz {

/// Columns that UTF-8 text takes on a terminal: none for combining characters, two for wide ones. Bytes that are no
/// UTF-8 count one each.
std::size_t columns(std::string_view text);

/// `text` in at most `width` columns: its beginning and "…" where it is longer. Never cuts a character.
std::string shorten_end(std::string_view text, std::size_t width);

/// The same with both ends and the "…" between them: "lenet-REAL…-s1".
std::string shorten_middle(std::string_view text, std::size_t width);

/// A width that no text reaches: as it is, in one line.
inline constexpr std::size_t kAnyWidth = static_cast<std::size_t>(-1);

/// The words of a text in lines of at most `width` columns, each behind `indent` spaces and with a line feed. A word
/// that is longer than a line has a line of its own.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);

/// The same behind `head`, which stands before the first line: "classifiers  NN and LeNet".
std::string wrapped_behind(std::string_view head, std::string_view text, std::size_t width);

}  // namespace ersatz
