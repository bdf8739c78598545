#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"

namespace ersatz::data {

/// How much the pictures of one source differ among themselves. The demo's REAL varies widely, as
/// photos do; its FAKE shows each thing in the expected way, as generated images tend to.
struct Style {
  int turn = 0;                       ///< degrees, either way
  int smallest = 100, largest = 100;  ///< size in percent
  int stretch = 0;                    ///< width against height, percent, either way
  int shift = 0;                      ///< from the middle, in 1/8 pixel, either way
  int mirrored = 0;                   ///< percent of the things that look to the left
  int proportions = 0;                ///< how far the parts move, in 1/128 of the picture's width
  int malformed = 0;                  ///< percent of the things drawn wrongly: parts missing, parts out of place
  int own_colour = 100;               ///< percent of the things in their kind's usual colour
  int colour_spread = 0;              ///< of each colour, 0..255
  int own_place = 100;                ///< percent of the things before their kind's usual background
  int blotches = 0;                   ///< largest number of spots in the background
  int obstacles = 0;                  ///< percent of the pictures with something in front
  int noise = 0;                      ///< largest standard deviation, 0..255
  int light = 0;                      ///< largest change of brightness
  int lowest_contrast = 100;          ///< percent
  int blurred = 0;                    ///< percent of the pictures
};

/// Draws one thing of kind `label` (0..9: airplane, automobile, bird, cat, deer, dog, frog, horse,
/// ship, truck) as [32, 32, 3] pixels. Depends on its arguments alone.
std::vector<std::uint8_t> draw_demo_image(int label, const Style& style, Random& random);

}  // namespace ersatz::data
