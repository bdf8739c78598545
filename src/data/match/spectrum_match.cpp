#include "data/match/spectrum_match.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>

#include "base/stop.hpp"
#include "data/match/fourier.hpp"

// Two channels are the real and the imaginary part of one image, whose spectrum Z is taken apart again: that of the
// real part is (Z(k) + conj Z(-k)) / 2, that of the imaginary one (Z(k) - conj Z(-k)) / 2i.

namespace ersatz::data {
namespace {

using Complex = std::complex<double>;

std::size_t frequencies(ImageShape shape) { return static_cast<std::size_t>(shape.height) * shape.width; }

// The ring of each frequency.
std::vector<std::size_t> rings_of(ImageShape shape) {
  std::vector<std::size_t> rings;
  const double longer = std::max(shape.height, shape.width);
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const double down = static_cast<double>(std::min(y, shape.height - y)) / shape.height;
      const double across = static_cast<double>(std::min(x, shape.width - x)) / shape.width;
      rings.push_back(static_cast<std::size_t>(std::lround(longer * std::hypot(down, across))));
    }
  }
  return rings;
}

// The frequency -k of each k.
std::vector<std::size_t> mirrored_frequencies(ImageShape shape) {
  std::vector<std::size_t> mirrored;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const int row = (shape.height - y) % shape.height, column = (shape.width - x) % shape.width;
      mirrored.push_back(static_cast<std::size_t>(row) * shape.width + static_cast<std::size_t>(column));
    }
  }
  return mirrored;
}

// The channels `first` and the next one as a plane; the last one alone.
void read_channels(std::span<const std::uint8_t> pixels, std::size_t first, Plane& plane) {
  for (std::size_t i = 0; i < plane.size(); ++i) {
    plane[i] = {static_cast<double>(pixels[3 * i + first]),
                first + 1 < 3 ? static_cast<double>(pixels[3 * i + first + 1]) : 0.0};
  }
}

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); }

}  // namespace

SpectrumStatistics spectrum_statistics(std::span<const ImageReference> images) {
  SpectrumStatistics statistics;
  statistics.shape = images.front().store->shape();
  const std::vector<std::size_t> rings = rings_of(statistics.shape);
  const std::vector<std::size_t> mirrored = mirrored_frequencies(statistics.shape);
  std::vector<double> counts(*std::ranges::max_element(rings) + 1, 0);
  for (const std::size_t ring : rings) counts[ring] += static_cast<double>(images.size());
  for (auto& power : statistics.power) power.assign(counts.size(), 0);
  Fourier fourier(statistics.shape);
  Plane plane(frequencies(statistics.shape));
  for (const ImageReference& image : images) {
    if (stop_requested()) throw Stopped();
    for (const std::size_t first : {std::size_t{0}, std::size_t{2}}) {
      read_channels(image.pixels(), first, plane);
      fourier.forward(plane);
      for (std::size_t k = 0; k < plane.size(); ++k) {
        const Complex other = std::conj(plane[mirrored[k]]);
        statistics.power[first][rings[k]] += std::norm(plane[k] + other) / 4;
        if (first + 1 < 3) statistics.power[first + 1][rings[k]] += std::norm(plane[k] - other) / 4;
      }
    }
  }
  for (auto& power : statistics.power) {
    for (std::size_t ring = 0; ring < counts.size(); ++ring) {
      if (counts[ring] > 0) power[ring] /= counts[ring];
    }
  }
  return statistics;
}

SpectrumMatch::SpectrumMatch(const SpectrumStatistics& from, const SpectrumStatistics& to)
    : shape_(from.shape), rings_(rings_of(from.shape)) {
  // Below it power is that of rounding in the transform.
  constexpr double kNoPower = 1e-18;
  for (std::size_t c = 0; c < 3; ++c) {
    const double most = *std::ranges::max_element(from.power[c]);
    for (std::size_t ring = 0; ring < from.power[c].size(); ++ring) {
      const double own = from.power[c][ring];
      gains_[c].push_back(own > kNoPower * most ? std::sqrt(to.power[c][ring] / own) : 1);
    }
  }
}

void SpectrumMatch::apply(std::span<const std::uint8_t> pixels, std::uint8_t* out) const {
  Fourier fourier(shape_);
  Plane plane(frequencies(shape_)), changed(plane.size());
  const std::vector<std::size_t> mirrored = mirrored_frequencies(shape_);
  for (const std::size_t first : {std::size_t{0}, std::size_t{2}}) {
    const std::vector<double>& real = gains_[first];
    const std::vector<double>& imaginary = gains_[std::min<std::size_t>(first + 1, 2)];
    read_channels(pixels, first, plane);
    fourier.forward(plane);
    for (std::size_t k = 0; k < plane.size(); ++k) {
      const double one = real[rings_[k]], other = imaginary[rings_[k]];
      changed[k] = plane[k] * ((one + other) / 2) + std::conj(plane[mirrored[k]]) * ((one - other) / 2);
    }
    fourier.inverse(changed);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      out[3 * i + first] = to_byte(changed[i].real());
      if (first + 1 < 3) out[3 * i + first + 1] = to_byte(changed[i].imag());
    }
  }
}

}  // namespace ersatz::data
