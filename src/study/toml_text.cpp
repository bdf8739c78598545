#include "study/toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ersatz::study {

std::string toml_escaped(const std::string& text) {
  std::string all;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    byte < 0x20 || byte == 0x7f ? all += fmt::format("\\u{:04x}", byte) : all += c;
  }
  return all;
}

std::string toml_text(const std::string& text) {
  std::string all;
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return "\"" + toml_escaped(all) + "\"";
}

std::string toml_key(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  return bare ? name : toml_text(name);
}

std::string toml_path(const std::filesystem::path& path, const std::filesystem::path& folder) {
  if (path.is_absolute()) return toml_text(path.string());
  std::error_code code;
  const auto relative = std::filesystem::relative(path, folder.empty() ? "." : folder, code);
  return toml_text((code || relative.empty() ? std::filesystem::absolute(path) : relative).string());
}

}  // namespace ersatz::study
