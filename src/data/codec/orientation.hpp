#pragma once

#include <cstdint>
#include <string_view>

#include "data/codec/decode.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// The orientation 1..8 of an EXIF block (a TIFF header, with or without "Exif\0\0" before it); 1 when there is none
/// or it makes no sense.
int exif_orientation(std::string_view exif);

/// The size of an image of `shape` when it has been turned.
ImageShape turned(ImageShape shape, int orientation);

/// Where `box` of an image of `shape` lies when that has been turned.
Box turned(Box box, ImageShape shape, int orientation);

/// Turns pixels [height, width, 3] of `shape` upright, as Pillow's ImageOps.exif_transpose does.
void turn(const std::uint8_t* from, ImageShape shape, int orientation, std::uint8_t* to);

}  // namespace ersatz::data
