#pragma once

#include <filesystem>
#include <string>

namespace ersatz::study {

// Study files that the program writes.

/// What may stand in a line of TOML: control characters become escapes, so that a comment does not end.
std::string toml_escaped(const std::string& text);
/// A basic string of TOML, with its quotes.
std::string toml_text(const std::string& text);
/// A key of TOML: bare where it may be.
std::string toml_key(const std::string& name);
/// A path as a string of TOML, in a file that lies in `folder`: relative paths start from there.
std::string toml_path(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace ersatz::study
