#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ersatz::data {

// What the path of a file in an archive or folder tells about it.

/// Whether a component starts with "." (".DS_Store", "._x.jpg") or is macOS's "__MACOSX".
bool is_hidden(std::string_view path);

/// Whether the ending is one of an image format, also of those that ersatz does not read: such a
/// file is meant as an image, and leaving it out silently would change the data.
bool has_image_ending(std::string_view path);

/// "cat/7.png" -> "cat"; a path without folders is its own first component.
std::string first_component(const std::string& path);
bool has_folder(const std::string& path);

bool is_utf8(std::string_view text);

/// The lines of a list of names, without what ends them; empty ones and those that are not UTF-8 are left out.
std::vector<std::string> lines_of(std::string_view text);

/// `text` with every byte that is not printable ASCII as "\x1f".
std::string printable(std::string_view text);

}  // namespace ersatz::data
