#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::audit {

enum class Format : std::uint8_t { jpeg, png, webp, gif, bmp, other };
inline constexpr std::size_t kFormats = 6;
std::string_view format_name(Format format);  ///< "JPEG"; "another format"

/// How a JPEG stores colours: one value for how many pixels. `other` stands for grey, CMYK and rare samplings.
enum class Chroma : std::uint8_t { none, full, half, quarter, other };
std::string_view chroma_name(Chroma chroma);  ///< "4:4:4", "4:2:2", "4:2:0", "other"; empty for none

/// What a file says of how its image was encoded, without a look at its pixels.
struct Encoding {
  Format format = Format::other;
  int width = 0, height = 0;     ///< as they stand in the file; 0 where it does not say
  std::uint64_t bytes = 0;       ///< of the file
  int quality = 0;               ///< of a JPEG whose tables are libjpeg's, 1..100; else 0
  double mean_divisor = 0;       ///< of a JPEG's luminance table: 1 keeps most
  Chroma chroma = Chroma::none;  ///< of a JPEG
  bool progressive = false;      ///< of a JPEG
  int channels = 0;              ///< of a JPEG or PNG: 1 grey, 2 grey and alpha, 3 colour, 4 with alpha or CMYK
  bool palette = false;          ///< of a PNG
  bool lossless = false;         ///< of a WebP
  /// Metadata: "EXIF", "EXIF Software: GIMP 2.10", "XMP", "PNG text parameters", "content credentials". At most 16.
  std::vector<std::string> notes;
};

/// Reads a file's own words. What is cut short or makes no sense ends the reading; nothing throws. JPEG: ITU-T T.81,
/// libjpeg's tables are those of its appendix K scaled as jcparam.c does. PNG: W3C PNG (third edition). EXIF: TIFF 6.0.
Encoding encoding_of(std::string_view file);

}  // namespace ersatz::audit
