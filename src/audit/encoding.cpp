#include "audit/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "audit/jpeg_encoding.hpp"
#include "data/codec/tiff.hpp"

namespace ersatz::audit {
namespace {

constexpr std::size_t kMostNotes = 16, kLongestNote = 80;

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    if (at + i < bytes.size()) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

// The program that an EXIF block names; empty where it names none.
std::string software_of(std::string_view exif) {
  constexpr std::uint32_t kSoftware = 305, kText = 2;
  const auto tiff = data::Tiff::of_exif(exif);
  const auto entry = tiff ? tiff->find(kSoftware) : std::nullopt;
  if (!entry || tiff->number(*entry + 2, 2) != kText) return {};
  const std::size_t size = tiff->number(*entry + 4, 4);
  const std::size_t at = size <= 4 ? *entry + 8 : tiff->number(*entry + 8, 4);
  if (at >= tiff->bytes().size()) return {};
  const std::string_view text = tiff->bytes().substr(at, size);
  return std::string(text.substr(0, text.find('\0')));
}

void read_exif(std::string_view exif, Encoding& encoding) {
  add_note(encoding, "EXIF");
  if (const std::string program = software_of(exif); !program.empty()) add_note(encoding, "EXIF Software: ", program);
}

void read_png(std::string_view file, Encoding& encoding) {
  std::size_t at = 8;
  while (file.size() - at >= 12) {
    const std::size_t size = big_endian(file, at, 4);
    const std::string_view kind = file.substr(at + 4, 4);
    if (size > file.size() - at - 12) break;
    const std::string_view body = file.substr(at + 8, size);
    if (kind == "IHDR" && size >= 13) {
      encoding.width = static_cast<int>(big_endian(body, 0, 4) & 0x7fffffff);
      encoding.height = static_cast<int>(big_endian(body, 4, 4) & 0x7fffffff);
      const int colour = body[9];
      encoding.palette = colour == 3;
      encoding.channels = colour == 0 ? 1 : colour == 4 ? 2 : colour == 6 ? 4 : 3;
    } else if (kind == "tEXt" || kind == "zTXt" || kind == "iTXt") {
      add_note(encoding, "PNG text ", body.substr(0, body.find('\0')));
    } else if (kind == "eXIf") {
      read_exif(body, encoding);
    } else if (kind == "iCCP") {
      add_note(encoding, "colour profile");
    } else if (kind == "caBX") {
      add_note(encoding, kCredentials);
    } else if (kind == "IEND") {
      break;
    }
    at += 12 + size;
  }
}

void read_webp(std::string_view file, Encoding& encoding) {
  std::size_t at = 12;
  while (file.size() - at >= 8) {
    const std::string_view kind = file.substr(at, 4);
    const std::size_t size = little_endian(file, at + 4, 4);
    const std::string_view body = file.substr(at + 8, std::min(size, file.size() - at - 8));
    if (kind == "VP8X" && body.size() >= 10) {
      encoding.width = static_cast<int>(little_endian(body, 4, 3)) + 1;
      encoding.height = static_cast<int>(little_endian(body, 7, 3)) + 1;
    } else if (kind == "VP8 " && body.size() >= 10) {
      encoding.width = static_cast<int>(little_endian(body, 6, 2) & 0x3fff);
      encoding.height = static_cast<int>(little_endian(body, 8, 2) & 0x3fff);
    } else if (kind == "VP8L" && body.size() >= 5) {
      encoding.lossless = true;
      const std::uint32_t sides = little_endian(body, 1, 4);
      encoding.width = static_cast<int>(sides & 0x3fff) + 1;
      encoding.height = static_cast<int>(sides >> 14 & 0x3fff) + 1;
    } else if (kind == "EXIF") {
      read_exif(body, encoding);
    } else if (kind == "ICCP") {
      add_note(encoding, "colour profile");
    } else if (kind == "XMP ") {
      add_note(encoding, "XMP");
    } else if (kind == "C2PA") {
      add_note(encoding, kCredentials);
    }
    if (size >= file.size() - at - 8) break;
    at += 8 + size + size % 2;
    if (at > file.size()) break;
  }
}

}  // namespace

std::string_view format_name(Format format) {
  constexpr std::array<std::string_view, kFormats> kNames{"JPEG", "PNG", "WebP", "GIF", "BMP", "another format"};
  return kNames.at(static_cast<std::size_t>(format));
}

std::string_view chroma_name(Chroma chroma) {
  constexpr std::array<std::string_view, 5> kNames{"", "4:4:4", "4:2:2", "4:2:0", "other"};
  return kNames.at(static_cast<std::size_t>(chroma));
}

void add_note(Encoding& encoding, std::string_view kind, std::string_view text) {
  std::string note(kind);
  for (const char c : text) {
    if (note.size() == kLongestNote) break;
    if (c >= ' ' && c <= '~') note += c;
  }
  const bool is_known = std::ranges::find(encoding.notes, note) != encoding.notes.end();
  if (!is_known && encoding.notes.size() < kMostNotes) encoding.notes.push_back(std::move(note));
}

Encoding encoding_of(std::string_view file) {
  Encoding encoding;
  encoding.bytes = file.size();
  if (file.starts_with("\xff\xd8")) {
    encoding.format = Format::jpeg;
    read_jpeg(file, encoding, [&](std::string_view exif) { read_exif(exif, encoding); });
  } else if (file.starts_with("\x89PNG\r\n\x1a\n")) {
    encoding.format = Format::png;
    read_png(file, encoding);
  } else if (file.starts_with("RIFF") && file.size() >= 12 && file.substr(8, 4) == "WEBP") {
    encoding.format = Format::webp;
    read_webp(file, encoding);
  } else if (file.starts_with("GIF8")) {
    encoding.format = Format::gif;
    encoding.width = static_cast<int>(little_endian(file, 6, 2));
    encoding.height = static_cast<int>(little_endian(file, 8, 2));
  } else if (file.starts_with("BM")) {
    encoding.format = Format::bmp;
    const bool is_old = little_endian(file, 14, 4) == 12;  // the header of OS/2: two bytes for a side
    const auto side = [&](std::size_t number) {
      const std::size_t bytes = is_old ? 2 : 4;
      return static_cast<std::int64_t>(static_cast<std::int32_t>(little_endian(file, 18 + number * bytes, bytes)));
    };
    encoding.width = static_cast<int>(std::abs(side(0)) & 0x7fffffff);
    encoding.height = static_cast<int>(std::abs(side(1)) & 0x7fffffff);  // (negative: from the top)
  }
  return encoding;
}

}  // namespace ersatz::audit
