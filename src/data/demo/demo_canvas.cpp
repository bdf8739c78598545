#include "data/demo/demo_canvas.hpp"

#include <algorithm>

namespace ersatz::data {
namespace {

std::uint8_t clamp_byte(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

}  // namespace

int between(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint32_t>(high - low + 1)));
}

Colour vary(Colour colour, int spread, Random& random) {
  const int together = between(random, -spread, spread);
  const auto one = [&](int channel) { return channel + together + between(random, -spread, spread); };
  const int red = one(colour.red);
  const int green = one(colour.green);
  return {red, green, one(colour.blue)};
}

int sine(int degrees) {
  const int turn = (degrees % 360 + 360) % 360;
  const int x = turn % 180;
  const int product = x * (180 - x);
  const int value = 16384 * 4 * product / (40500 - product);
  return turn < 180 ? value : -value;
}

void Canvas::fill_gradient(Colour top, Colour bottom, int first_row, int last_row) {
  const int first = std::clamp(first_row, 0, kSize) * kFine;
  const int last = std::clamp(last_row, 0, kSize) * kFine;
  for (int y = first; y < last; ++y) {
    const int part = y - first, whole = std::max(1, last - first - 1);
    const auto mix = [&](int from, int to) { return from + (to - from) * part / whole; };
    const Colour colour{mix(top.red, bottom.red), mix(top.green, bottom.green), mix(top.blue, bottom.blue)};
    std::fill_n(samples_.begin() + y * kSide, kSide, colour);
  }
}

void Canvas::fill(const std::vector<Point>& polygon, Colour colour) {
  // Sample (i, j) sits at ((2 i + 1) kUnit / (2 kFine), likewise j) in Point units; everything is
  // scaled by 2 kFine to stay whole.
  constexpr int kScale = 2 * kFine;
  std::vector<int> crossings;
  for (int row = 0; row < kSide; ++row) {
    const int y = (2 * row + 1) * kUnit;
    crossings.clear();
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      Point a = polygon[i], b = polygon[(i + 1) % polygon.size()];
      if (a.y > b.y) std::swap(a, b);
      if (y < a.y * kScale || y >= b.y * kScale) continue;
      const std::int64_t run = std::int64_t{b.x - a.x} * (y - a.y * kScale);
      crossings.push_back(a.x * kScale + static_cast<int>(run / (b.y - a.y)));
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
      const auto column = [](int x) { return std::clamp((x / kUnit + 1) / 2, 0, kSide); };
      for (int at = column(crossings[i]); at < column(crossings[i + 1]); ++at) {
        samples_[static_cast<std::size_t>(row * kSide + at)] = colour;
      }
    }
  }
}

std::vector<std::uint8_t> Canvas::pixels() const {
  std::vector<std::uint8_t> result;
  result.reserve(std::size_t{kSize} * kSize * 3);
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      Colour sum;
      for (int j = 0; j < kFine; ++j) {
        for (int i = 0; i < kFine; ++i) {
          const Colour& sample = samples_[static_cast<std::size_t>((y * kFine + j) * kSide + x * kFine + i)];
          sum.red += std::clamp(sample.red, 0, 255);
          sum.green += std::clamp(sample.green, 0, 255);
          sum.blue += std::clamp(sample.blue, 0, 255);
        }
      }
      constexpr int kSamples = kFine * kFine;
      for (const int channel : {sum.red, sum.green, sum.blue}) {
        result.push_back(clamp_byte((channel + kSamples / 2) / kSamples));
      }
    }
  }
  return result;
}

void blur(std::vector<std::uint8_t>& pixels) {
  constexpr int n = Canvas::kSize;
  const std::vector<std::uint8_t> from = pixels;
  const auto at = [&](int y, int x, int c) {
    return int{from[static_cast<std::size_t>((std::clamp(y, 0, n - 1) * n + std::clamp(x, 0, n - 1)) * 3 + c)]};
  };
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      for (int c = 0; c < 3; ++c) {
        const auto row = [&](int r) { return at(r, x - 1, c) + 2 * at(r, x, c) + at(r, x + 1, c); };
        const int sum = row(y - 1) + 2 * row(y) + row(y + 1);
        pixels[static_cast<std::size_t>((y * n + x) * 3 + c)] = static_cast<std::uint8_t>((sum + 8) / 16);
      }
    }
  }
}

void add_noise(std::vector<std::uint8_t>& pixels, int deviation, Random& random) {
  if (deviation == 0) return;
  // The sum of four uniform bytes has the deviation 147.8. Half of the noise is grey, as in photos.
  const auto noise = [&] {
    const std::uint32_t word = random();
    const int sum = static_cast<int>((word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24)) - 510;
    return sum * deviation / 209;  // 209 = 147.8 * sqrt(2): two of them are added
  };
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const int grey = noise();
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] = clamp_byte(pixels[i + c] + grey + noise());
  }
}

void expose(std::vector<std::uint8_t>& pixels, int contrast, int light, int slope) {
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const int x = static_cast<int>(i / 3) % Canvas::kSize;
    const int more = slope * (2 * x - Canvas::kSize + 1) / (2 * (Canvas::kSize - 1));
    pixels[i] = clamp_byte(128 + (pixels[i] - 128) * contrast / 100 + light + more);
  }
}

}  // namespace ersatz::data
