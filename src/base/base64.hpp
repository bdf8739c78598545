#pragma once

#include <string>
#include <string_view>

namespace ersatz {

/// Bytes as the 64 letters of RFC 4648, section 4, filled up with "=": how a page carries its pictures.
std::string base64(std::string_view bytes);

/// Whether `text` can be what base64() made.
bool is_base64(std::string_view text);

}  // namespace ersatz
