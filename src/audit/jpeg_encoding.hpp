#pragma once

#include <functional>
#include <string_view>

#include "audit/encoding.hpp"

// What the readers of single formats share. Nothing outside this room includes it.
namespace ersatz::audit {

/// The signed history of a file (C2PA).
inline constexpr const char* kCredentials = "content credentials";

/// Adds the note `kind` + `text`, where it is not there yet; keeps printable ASCII, and of a long one its beginning.
void add_note(Encoding& encoding, std::string_view kind, std::string_view text = {});

/// Fills what the headers of a JPEG say; hands its EXIF block to `exif`.
void read_jpeg(std::string_view file, Encoding& encoding, const std::function<void(std::string_view)>& exif);

}  // namespace ersatz::audit
