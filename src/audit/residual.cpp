#include "audit/residual.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

namespace ersatz::audit {
namespace {

constexpr std::size_t kSizes = 8;

/// One channel's residual [height, width].
using Residual = std::vector<float>;

// Sums over three values in a row of `count` ones, `step` apart; at the ends two (or one) count.
void add_neighbours(const float* from, float* to, std::size_t count, std::size_t step) {
  for (std::size_t i = 0; i < count; ++i) {
    float sum = from[i * step];
    if (i > 0) sum += from[(i - 1) * step];
    if (i + 1 < count) sum += from[(i + 1) * step];
    to[i * step] = sum;
  }
}

Residual residual_of(std::span<const std::uint8_t> pixels, std::size_t height, std::size_t width, std::size_t channel) {
  Residual values(height * width), across(values.size()), sums(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = pixels[3 * i + channel];
  for (std::size_t y = 0; y < height; ++y) add_neighbours(&values[y * width], &across[y * width], width, 1);
  for (std::size_t x = 0; x < width; ++x) add_neighbours(&across[x], &sums[x], height, width);
  const auto near = [](std::size_t i, std::size_t count) {
    return static_cast<float>(1 + (i > 0 ? 1 : 0) + (i + 1 < count ? 1 : 0));
  };
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      values[y * width + x] -= sums[y * width + x] / (near(y, height) * near(x, width));
    }
  }
  return values;
}

double mean_product(const Residual& a, const Residual& b, std::size_t height, std::size_t width, std::size_t down,
                    std::size_t across) {
  if (height <= down || width <= across) return 0;
  double sum = 0;
  for (std::size_t y = 0; y + down < height; ++y) {
    for (std::size_t x = 0; x + across < width; ++x) {
      sum += static_cast<double>(a[y * width + x]) * b[(y + down) * width + x + across];
    }
  }
  return sum / static_cast<double>((height - down) * (width - across));
}

std::size_t size_of(float value) {
  const float size = std::abs(value);
  if (size == 0) return 0;
  return std::min<std::size_t>(1 + static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(size))), kSizes - 1);
}

}  // namespace

void append_residual(std::span<const std::uint8_t> pixels, data::ImageShape shape, std::vector<float>& values) {
  const auto height = static_cast<std::size_t>(shape.height), width = static_cast<std::size_t>(shape.width);
  std::array<Residual, 3> channels;
  std::array<double, 3> variances{};
  const auto share = [](double of, double whole) { return static_cast<float>(whole > 0 ? of / whole : 0); };
  for (std::size_t c = 0; c < 3; ++c) {
    channels[c] = residual_of(pixels, height, width, c);
    const Residual& channel = channels[c];
    double fourth = 0;
    std::array<std::size_t, kSizes> counts{};
    for (const float value : channel) {
      const double square = static_cast<double>(value) * value;
      variances[c] += square;
      fourth += square * square;
      ++counts[size_of(value)];
    }
    const auto n = static_cast<double>(channel.size());
    variances[c] /= n;
    values.push_back(static_cast<float>(std::log1p(variances[c])));
    values.push_back(share(fourth / n, variances[c] * variances[c]));
    for (const auto& [down, across] :
         std::array<std::array<std::size_t, 2>, 5>{{{0, 1}, {1, 0}, {1, 1}, {0, 2}, {2, 0}}}) {
      values.push_back(share(mean_product(channel, channel, height, width, down, across), variances[c]));
    }
    for (const std::size_t count : counts) values.push_back(share(static_cast<double>(count), n));
  }
  for (const auto& [a, b] : std::array<std::array<std::size_t, 2>, 3>{{{0, 1}, {0, 2}, {1, 2}}}) {
    values.push_back(
        share(mean_product(channels[a], channels[b], height, width, 0, 0), std::sqrt(variances[a] * variances[b])));
  }
}

}  // namespace ersatz::audit
