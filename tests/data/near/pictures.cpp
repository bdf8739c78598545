#include "data/near/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/codec/resample.hpp"

namespace ersatz::testing {

std::vector<std::uint8_t> smooth_picture(std::uint64_t number, data::ImageShape shape) {
  constexpr int kWaves = 12;
  struct Wave {
    float across, down, phase, height[3];
  };
  Random random(number, "smooth picture");
  std::vector<Wave> waves(kWaves);
  for (Wave& wave : waves) {
    wave = {random.uniform(-3, 3), random.uniform(-3, 3), random.uniform(0, 6.3F), {}};
    for (float& height : wave.height) height = random.uniform(-30, 30);
  }
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        float value = 128;
        for (const Wave& wave : waves) {
          const float turn = wave.across * (static_cast<float>(x) + 0.5F) / static_cast<float>(shape.width) +
                             wave.down * (static_cast<float>(y) + 0.5F) / static_cast<float>(shape.height);
          value += wave.height[c] * std::cos(2 * std::numbers::pi_v<float> * turn + wave.phase);
        }
        pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F)));
      }
    }
  }
  return pixels;
}

std::vector<std::uint8_t> through_jpeg(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int quality) {
  std::vector<std::uint8_t> out(pixels.size());
  data::decode_image(data::encode_jpeg(pixels, shape, quality), shape, out.data());
  return out;
}

std::vector<std::uint8_t> brighter(std::vector<std::uint8_t> pixels, int levels) {
  for (auto& value : pixels) value = static_cast<std::uint8_t>(std::clamp(value + levels, 0, 255));
  return pixels;
}

std::vector<std::uint8_t> shifted(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int columns) {
  std::vector<std::uint8_t> out;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const auto from = 3 * static_cast<std::ptrdiff_t>(y * shape.width + std::max(0, x - columns));
      out.insert(out.end(), pixels.begin() + from, pixels.begin() + from + 3);
    }
  }
  return out;
}

std::vector<std::uint8_t> cropped(const std::vector<std::uint8_t>& pixels, data::ImageShape shape, int border) {
  std::vector<std::uint8_t> out(pixels.size());
  const auto low = static_cast<float>(border);
  const data::Box box{low, low, static_cast<float>(shape.width) - low, static_cast<float>(shape.height) - low};
  data::resample(pixels.data(), shape, box, data::Filter::bilinear, shape, out.data(),
                 std::size_t{3} * static_cast<std::size_t>(shape.width));
  return out;
}

}  // namespace ersatz::testing
