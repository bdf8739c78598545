#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/resample_weights.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// What happens to an image of other proportions: its longer sides are cut off, it is squashed, or black is added
/// beside it.
enum class Fit { crop, squash, pad };

/// How images become one size.
struct Resize {
  ImageShape size;
  Fit fit = Fit::crop;
  Filter filter = Filter::bicubic;
  bool draft = false;  ///< JPEGs that are much larger are decoded at a fraction of their size: faster, not the same
  bool operator==(const Resize&) const = default;
};

std::string_view fit_name(Fit fit);
std::string_view filter_name(Filter filter);
std::vector<std::string> fit_names();
std::vector<std::string> filter_names();
/// The fit or filter of this name; Error, which lists the names, for another one.
Fit parse_fit(std::string_view name);
Filter parse_filter(std::string_view name);

/// The keys height, width, fit, filter and draft, and back: throws Json::exception, and Error for other names.
Json to_json(const Resize& resize);
Resize resize_from_json(const Json& value);

/// Makes a picture the size that `resize` asks for, to `pixels` [height, width, 3]: Pillow's ImageOps.fit (crop),
/// Image.resize (squash) or ImageOps.pad (pad).
void resize_picture(const Picture& picture, const Resize& resize, std::uint8_t* pixels);

/// Decodes an image of any size and resizes it; `memory` is used on the way.
Remarks decode_resized(std::string_view file, const Resize& resize, Picture& memory, std::uint8_t* pixels);

}  // namespace ersatz::data
