#include "data/augment/augmenter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "base/random.hpp"
#include "data/augment/mirrored.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/codec/resample.hpp"

// Floating point below is plain IEEE arithmetic without contraction, so an image looks the same on every machine, but
// for the last bit of exp, log, sin and cos where C libraries differ.

namespace ersatz::data {
namespace {

using Pixels = std::span<std::uint8_t>;

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F); }

int between(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint32_t>(high - low + 1)));
}

void flip(Pixels pixels, ImageShape shape) {
  for (int y = 0; y < shape.height; ++y) {
    std::uint8_t* row = pixels.data() + std::size_t{3} * y * shape.width;
    for (int left = 0, right = shape.width - 1; left < right; ++left, --right) {
      for (int c = 0; c < 3; ++c) std::swap(row[3 * left + c], row[3 * right + c]);
    }
  }
}

void crop(const Crop& kind, Pixels pixels, ImageShape shape, Random& random) {
  if (kind.padding >= std::min(shape.height, shape.width)) {
    throw Error(
        fmt::format("crop: images of {} x {} pixels cannot be moved by {}", shape.width, shape.height, kind.padding),
        "choose a smaller padding");
  }
  const int down = between(random, -kind.padding, kind.padding), right = between(random, -kind.padding, kind.padding);
  const std::vector<std::uint8_t> from(pixels.begin(), pixels.end());
  std::uint8_t* to = pixels.data();
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x, to += 3) {
      int row = y - down, column = x - right;
      const bool outside = row < 0 || row >= shape.height || column < 0 || column >= shape.width;
      if (outside && !kind.reflect) {
        std::fill_n(to, 3, std::uint8_t{0});
        continue;
      }
      row = mirrored(row, shape.height), column = mirrored(column, shape.width);
      std::copy_n(from.data() + 3 * (static_cast<std::size_t>(row) * shape.width + column), 3, to);
    }
  }
}

float grey_level(const std::uint8_t* pixel) {
  return static_cast<float>((19595U * pixel[0] + 38470U * pixel[1] + 7471U * pixel[2] + 32768U) >> 16);
}

void turn_hue(Pixels pixels, float turn) {
  const float angle = 2 * std::numbers::pi_v<float> * turn;
  const float shared = (1 - std::cos(angle)) / 3, side = std::sin(angle) / std::numbers::sqrt3_v<float>;
  const float same = std::cos(angle) + shared, next = shared - side, last = shared + side;
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const float r = pixels[i], g = pixels[i + 1], b = pixels[i + 2];
    pixels[i] = to_byte(same * r + next * g + last * b);
    pixels[i + 1] = to_byte(last * r + same * g + next * b);
    pixels[i + 2] = to_byte(next * r + last * g + same * b);
  }
}

void color(const Color& kind, Pixels pixels, Random& random) {
  const auto factor = [&](const Factor& range) {
    return random.uniform(1 - static_cast<float>(range.below), 1 + static_cast<float>(range.above));
  };
  const float brightness = factor(kind.brightness), contrast = factor(kind.contrast),
              saturation = factor(kind.saturation);
  for (std::uint8_t& value : pixels) value = to_byte(static_cast<float>(value) * brightness);
  double sum = 0;
  for (std::size_t i = 0; i < pixels.size(); i += 3) sum += grey_level(&pixels[i]);
  const auto mean = static_cast<float>(std::floor(sum * 3 / static_cast<double>(pixels.size()) + 0.5));
  for (std::uint8_t& value : pixels) value = to_byte(mean + (static_cast<float>(value) - mean) * contrast);
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const float grey = grey_level(&pixels[i]);
    for (std::size_t c = i; c < i + 3; ++c) {
      pixels[c] = to_byte(grey + (static_cast<float>(pixels[c]) - grey) * saturation);
    }
  }
  if (kind.hue > 0) turn_hue(pixels, random.uniform(static_cast<float>(-kind.hue), static_cast<float>(kind.hue)));
}

void cutout(const Cutout& kind, Pixels pixels, ImageShape shape, Random& random) {
  const int top = between(random, 0, shape.height - 1) - kind.size / 2;
  const int left = between(random, 0, shape.width - 1) - kind.size / 2;
  const int first = std::max(left, 0), last = std::min(left + kind.size, shape.width);
  for (int y = std::max(top, 0); y < std::min(top + kind.size, shape.height); ++y) {
    std::fill_n(pixels.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * shape.width + first), 3 * (last - first),
                std::uint8_t{0});
  }
}

void blur(const Blur& kind, Pixels pixels, ImageShape shape, Random& random) {
  const float sigma = random.uniform(static_cast<float>(kind.low), static_cast<float>(kind.high));
  const int most = std::min(shape.height, shape.width) - 1;
  const int radius = std::min(most, static_cast<int>(std::ceil(3 * sigma)));
  if (radius < 1) return;
  std::vector<float> kernel;  // of the offsets 0 .. radius
  float sum = 0;
  for (int i = 0; i <= radius; ++i) {
    kernel.push_back(std::exp(-static_cast<float>(i * i) / (2 * sigma * sigma)));
    sum += kernel.back() * (i == 0 ? 1.0F : 2.0F);
  }
  for (float& weight : kernel) weight /= sum;
  // Rows are blurred with their mirrored borders beside them, columns by whole rows: both inner loops run over adjacent
  // values.
  const std::size_t length = 3 * static_cast<std::size_t>(shape.width), border = 3 * static_cast<std::size_t>(radius);
  std::vector<float> wide(length + 2 * border), across(pixels.size()), row(length);
  const auto add = [&](float weight, const float* one, const float* other) {
    for (std::size_t i = 0; i < length; ++i) row[i] += weight * (one[i] + other[i]);
  };
  for (int y = 0; y < shape.height; ++y) {
    const std::uint8_t* from = pixels.data() + y * length;
    for (int x = -radius; x < shape.width + radius; ++x) {
      std::copy_n(from + 3 * mirrored(x, shape.width), 3, wide.begin() + 3 * (x + radius));
    }
    const float* middle = wide.data() + border;
    for (std::size_t i = 0; i < length; ++i) row[i] = kernel[0] * middle[i];
    for (int i = 1; i <= radius; ++i) add(kernel[i], middle - 3 * i, middle + 3 * i);
    std::copy(row.begin(), row.end(), across.begin() + static_cast<std::ptrdiff_t>(y * length));
  }
  for (int y = 0; y < shape.height; ++y) {
    const auto line = [&](int at) { return across.data() + mirrored(at, shape.height) * length; };
    const float* middle = line(y);
    for (std::size_t i = 0; i < length; ++i) row[i] = kernel[0] * middle[i];
    for (int i = 1; i <= radius; ++i) add(kernel[i], line(y - i), line(y + i));
    std::transform(row.begin(), row.end(), pixels.begin() + static_cast<std::ptrdiff_t>(y * length), to_byte);
  }
}

void noise(const Noise& kind, Pixels pixels, Random& random) {
  // The sum of four uniform bytes has the mean 510 and the variance 4 (256^2 - 1) / 12.
  const float scale = static_cast<float>(kind.deviation) / std::sqrt(65535.0F / 3);
  for (std::uint8_t& value : pixels) {
    const std::uint32_t word = random();
    const auto sum = static_cast<float>((word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24));
    value = to_byte(static_cast<float>(value) + (sum - 510) * scale);
  }
}

// The two pixels whose centres enclose position `at` (pixel i covers i .. i + 1), and the weight of the second.
struct Between {
  std::size_t first, second;
  float weight;
};

Between neighbours(float at, int n) {
  const float position = std::clamp(at - 0.5F, 0.0F, static_cast<float>(n - 1));
  const int first = static_cast<int>(position);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(first + 1, n - 1)),
          position - static_cast<float>(first)};
}

void zoom(const Zoom& kind, Pixels pixels, ImageShape shape, Random& random) {
  const auto uniform = [&](double low, double high) {
    return random.uniform(static_cast<float>(low), static_cast<float>(high));
  };
  const auto height = static_cast<float>(shape.height), width = static_cast<float>(shape.width);
  const float area = uniform(kind.least_scale, kind.most_scale) * height * width;
  const float ratio = std::exp(uniform(std::log(kind.least_ratio), std::log(kind.most_ratio)));
  const float window_width = std::min(width, std::sqrt(area * ratio));
  const float window_height = std::min(height, std::sqrt(area / ratio));
  const float left = random.uniform(0, 1) * (width - window_width),
              top = random.uniform(0, 1) * (height - window_height);

  std::vector<Between> columns;
  columns.reserve(static_cast<std::size_t>(shape.width));
  for (int x = 0; x < shape.width; ++x) {
    columns.push_back(neighbours(left + (static_cast<float>(x) + 0.5F) * window_width / width, shape.width));
  }
  const std::vector<std::uint8_t> from(pixels.begin(), pixels.end());
  std::uint8_t* to = pixels.data();
  for (int y = 0; y < shape.height; ++y) {
    const Between row = neighbours(top + (static_cast<float>(y) + 0.5F) * window_height / height, shape.height);
    const std::uint8_t* above = &from[row.first * shape.width * 3];
    const std::uint8_t* below = &from[row.second * shape.width * 3];
    for (const Between& column : columns) {
      for (std::size_t c = 0; c < 3; ++c) {
        const auto across = [&](const std::uint8_t* line) {
          const float one = line[3 * column.first + c], other = line[3 * column.second + c];
          return one + (other - one) * column.weight;
        };
        *to++ = to_byte(across(above) + (across(below) - across(above)) * row.weight);
      }
    }
  }
}

void shrink(const Shrink& kind, Pixels pixels, ImageShape shape, Random& random) {
  const float factor = random.uniform(static_cast<float>(kind.low), static_cast<float>(kind.high));
  const auto smaller = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(static_cast<float>(side) / factor)));
  };
  const ImageShape small{smaller(shape.height), smaller(shape.width)};
  if (small == shape) return;
  std::vector<std::uint8_t> between(small.bytes());
  const auto all_of = [](ImageShape image) {
    return Box{0, 0, static_cast<float>(image.width), static_cast<float>(image.height)};
  };
  resample(pixels.data(), shape, all_of(shape), Filter::bicubic, small, between.data(), std::size_t{3} * small.width);
  resample(between.data(), small, all_of(small), Filter::bicubic, shape, pixels.data(), std::size_t{3} * shape.width);
}

bool happens(double probability, Random& random) { return random.uniform() < static_cast<float>(probability); }

}  // namespace

Augmenter::Augmenter(const std::vector<Augmentation>& list, std::uint64_t seed) : seed_(seed) {
  for (const Augmentation& augmentation : list) {
    const auto same = std::ranges::count(entries_, augmentation.index(),
                                         [](const Entry& entry) { return entry.augmentation.index(); });
    entries_.push_back({augmentation, fmt::format("augment {} {}", augmentation_name(augmentation), same)});
  }
}

void Augmenter::apply(Pixels pixels, ImageShape shape, int epoch, std::uint64_t image) const {
  for (const auto& [augmentation, purpose] : entries_) {
    if (const auto* alternating = std::get_if<Flip>(&augmentation); alternating != nullptr && alternating->alternate) {
      if ((Random(seed_, purpose, 0, image).below(2) + static_cast<std::uint32_t>(epoch)) % 2 == 1) flip(pixels, shape);
      continue;
    }
    Random random(seed_, purpose, static_cast<std::uint32_t>(epoch), image);
    if (!std::visit([&](const auto& kind) { return happens(kind.probability, random); }, augmentation)) continue;
    std::visit(Overloaded{
                   [&](const Flip&) { flip(pixels, shape); },
                   [&](const Crop& kind) { crop(kind, pixels, shape, random); },
                   [&](const Color& kind) { color(kind, pixels, random); },
                   [&](const Cutout& kind) { cutout(kind, pixels, shape, random); },
                   [&](const Jpeg& kind) {
                     decode_image(encode_jpeg(pixels, shape, between(random, kind.low, kind.high)), shape,
                                  pixels.data());
                   },
                   [&](const Blur& kind) { blur(kind, pixels, shape, random); },
                   [&](const Noise& kind) { noise(kind, pixels, random); },
                   [&](const Zoom& kind) { zoom(kind, pixels, shape, random); },
                   [&](const Shrink& kind) { shrink(kind, pixels, shape, random); },
               },
               augmentation);
  }
}

}  // namespace ersatz::data
