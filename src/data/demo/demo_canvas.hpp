#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/random.hpp"

namespace ersatz::data {

// Drawing for the demo data. Whole numbers only, so that every machine draws the same pixels.

struct Colour {
  int red = 0, green = 0, blue = 0;  ///< 0..255; drawing clamps
};

/// Each channel moved by at most `spread`, all three together by at most `spread` again.
Colour vary(Colour colour, int spread, Random& random);

/// Uniform in low..high, both ends included.
int between(Random& random, int low, int high);

/// A point in 1/64 of a pixel.
struct Point {
  int x = 0, y = 0;
};

/// 16384 times the sine; the approximation of Bhaskara I (about 629), at most 0.2 % off.
int sine(int degrees);

/// An image of 32x32 pixels, drawn at three times its size and averaged down.
class Canvas {
 public:
  static constexpr int kSize = 32;  ///< pixels
  static constexpr int kUnit = 64;  ///< of a Point per pixel

  /// From `top` at the upper edge to `bottom` at the lower one.
  void fill_gradient(Colour top, Colour bottom, int first_row = 0, int last_row = kSize);
  /// Fills a polygon (even-odd rule).
  void fill(const std::vector<Point>& polygon, Colour colour);

  /// Pixels [32, 32, 3], red first.
  std::vector<std::uint8_t> pixels() const;

 private:
  static constexpr int kFine = 3;  // samples per pixel, each way
  static constexpr int kSide = kSize * kFine;
  std::array<Colour, static_cast<std::size_t>(kSide) * kSide> samples_{};
};

/// Averages every pixel with its neighbours (weights 1 2 1, both ways).
void blur(std::vector<std::uint8_t>& pixels);

/// Adds noise of about that standard deviation, the same to all channels of a pixel or not.
void add_noise(std::vector<std::uint8_t>& pixels, int deviation, Random& random);

/// pixel = 128 + (pixel - 128) * contrast / 100 + light, with `slope` more light at the right edge
/// than at the left one.
void expose(std::vector<std::uint8_t>& pixels, int contrast, int light, int slope);

}  // namespace ersatz::data
