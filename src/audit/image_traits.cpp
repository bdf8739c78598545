#include "audit/image_traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "audit/residual.hpp"
#include "data/match/fourier.hpp"

namespace ersatz::audit {
namespace {

constexpr int kLargestMiddle = 128, kCoarse = 8, kFine = 32;

double luma(const std::uint8_t* pixel) { return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]; }

// The ring of each frequency of a plane; kRings for the mean, which is in none.
std::vector<std::size_t> rings_of(data::ImageShape shape) {
  std::vector<std::size_t> rings;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const double down = static_cast<double>(std::min(y, shape.height - y)) / shape.height;
      const double across = static_cast<double>(std::min(x, shape.width - x)) / shape.width;
      const auto ring = static_cast<std::size_t>(std::ceil(std::hypot(down, across) * 2 * kRings));
      rings.push_back(ring == 0 ? kRings : std::min(ring, kRings) - 1);
    }
  }
  return rings;
}

// Means of parts of the image, at most `most` down and across, [rows, columns, 3].
void append_parts(std::span<const std::uint8_t> pixels, data::ImageShape shape, int most, std::vector<float>& values) {
  const int rows = std::min(most, shape.height), columns = std::min(most, shape.width);
  for (int row = 0; row < rows; ++row) {
    const int top = row * shape.height / rows, bottom = (row + 1) * shape.height / rows;
    for (int column = 0; column < columns; ++column) {
      const int left = column * shape.width / columns, right = (column + 1) * shape.width / columns;
      double sums[3] = {};
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
          for (std::size_t c = 0; c < 3; ++c) {
            sums[c] += pixels[(static_cast<std::size_t>(y) * shape.width + static_cast<std::size_t>(x)) * 3 + c];
          }
        }
      }
      const double count = static_cast<double>(bottom - top) * (right - left);
      for (const double sum : sums) values.push_back(static_cast<float>(sum / count));
    }
  }
}

}  // namespace

struct Measurer::State {
  data::ImageShape shape, middle;
  int top, left;  // of the middle
  std::vector<std::size_t> rings;
  std::unique_ptr<data::Fourier> fourier;
  std::span<const std::uint8_t> pixels;
  std::vector<std::uint8_t> middle_pixels;
  data::Plane plane;  // luma of the middle, then its spectrum
  std::array<double, kTraits> traits{};

  double& trait(Trait which) { return traits[static_cast<std::size_t>(which)]; }
  void measure_colours();
  void take_middle();
  void measure_sharpness();
  void measure_spectrum();
};

void Measurer::State::measure_colours() {
  double sums[3] = {}, saturation = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const std::uint8_t* pixel = pixels.data() + i;
    for (std::size_t c = 0; c < 3; ++c) sums[c] += pixel[c];
    const auto [least, most] = std::minmax({pixel[0], pixel[1], pixel[2]});
    if (most > 0) saturation += 1 - static_cast<double>(least) / most;
    const double value = luma(pixel);
    sum += value;
    squares += value * value;
  }
  const auto n = static_cast<double>(pixels.size() / 3);
  for (std::size_t c = 0; c < 3; ++c) traits[c] = sums[c] / n;
  trait(Trait::saturation) = saturation / n;
  const double variance = squares / n - sum / n * (sum / n);
  trait(Trait::contrast) = variance > 1e-6 ? std::sqrt(variance) : 0;  // (below it is rounding)
}

void Measurer::State::take_middle() {
  const auto height = static_cast<std::size_t>(middle.height), width = static_cast<std::size_t>(middle.width);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t row = (y + static_cast<std::size_t>(top)) * static_cast<std::size_t>(shape.width);
    std::copy_n(pixels.data() + 3 * (row + static_cast<std::size_t>(left)), 3 * width,
                middle_pixels.data() + 3 * y * width);
  }
  for (std::size_t i = 0; i < height * width; ++i) plane[i] = luma(middle_pixels.data() + 3 * i);
}

void Measurer::State::measure_sharpness() {
  const auto height = static_cast<std::size_t>(middle.height), width = static_cast<std::size_t>(middle.width);
  const auto at = [&](std::size_t place) { return plane[place].real(); };
  double squares = 0;
  for (std::size_t y = 1; y + 1 < height; ++y) {
    for (std::size_t x = 1; x + 1 < width; ++x) {
      const std::size_t here = y * width + x;
      const double laplacian = at(here - 1) + at(here + 1) + at(here - width) + at(here + width) - 4 * at(here);
      squares += laplacian * laplacian;
    }
  }
  const bool has_inside = height > 2 && width > 2;
  trait(Trait::sharpness) = has_inside ? std::log1p(squares / static_cast<double>((height - 2) * (width - 2))) : NAN;
}

void Measurer::State::measure_spectrum() {
  fourier->forward(plane);
  const auto area = static_cast<double>(plane.size());
  double sums[kRings + 1] = {}, counts[kRings + 1] = {};
  for (std::size_t i = 0; i < plane.size(); ++i) {
    sums[rings[i]] += std::log1p(std::norm(plane[i]) / area);
    counts[rings[i]] += 1;
  }
  for (std::size_t ring = 0; ring < kRings; ++ring) {
    traits[kFirstRing + ring] = counts[ring] > 0 ? sums[ring] / counts[ring] : NAN;
  }
}

std::string_view trait_name(std::size_t trait) {
  static const auto kNames = [] {
    std::vector<std::string> names{"red", "green", "blue", "saturation", "contrast", "sharpness"};
    for (std::size_t ring = 1; ring <= kRings; ++ring) names.push_back(fmt::format("spectrum {}", ring));
    return names;
  }();
  return kNames.at(trait);
}

std::string_view evidence_name(Evidence evidence) {
  constexpr std::array<std::string_view, kEvidences> kNames{"encoder facts",  "metadata", "file size",
                                                            "mean colour",    "colours",  "spectrum",
                                                            "blurred images", "residual", "all pixels"};
  return kNames.at(static_cast<std::size_t>(evidence));
}

std::string_view evidence_words(Evidence evidence) {
  constexpr std::array<std::string_view, kEvidences> kWords{"format, size, quality and sampling of the files",
                                                            "which metadata the files have",
                                                            "bytes per pixel of the files",
                                                            "the mean of red, green and blue",
                                                            "shares of 64 colours",
                                                            "16 rings of the radial power spectrum",
                                                            "8 x 8 means of parts",
                                                            "what a 3 x 3 mean leaves: sizes, tails, correlations",
                                                            "32 x 32 means of parts, all pixels of images no larger"};
  return kWords.at(static_cast<std::size_t>(evidence));
}

Measurer::Measurer(data::ImageShape shape) : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.shape = shape;
  state.middle = {std::min(shape.height, kLargestMiddle), std::min(shape.width, kLargestMiddle)};
  state.top = (shape.height - state.middle.height) / 2;
  state.left = (shape.width - state.middle.width) / 2;
  state.rings = rings_of(state.middle);
  state.fourier = std::make_unique<data::Fourier>(state.middle);
  state.middle_pixels.resize(state.middle.bytes());
  state.plane.resize(state.rings.size());
}

Measurer::~Measurer() = default;

void Measurer::look_at(std::span<const std::uint8_t> pixels) {
  state_->pixels = pixels;
  state_->measure_colours();
  state_->take_middle();
  state_->measure_sharpness();
  state_->measure_spectrum();
}

std::array<double, kTraits> Measurer::traits() const { return state_->traits; }

void Measurer::append(Evidence evidence, std::vector<float>& values) const {
  const State& state = *state_;
  switch (evidence) {
    case Evidence::encoder:
    case Evidence::metadata:
    case Evidence::file_size: return;
    case Evidence::mean_colour:
      for (std::size_t c = 0; c < 3; ++c) values.push_back(static_cast<float>(state.traits[c]));
      return;
    case Evidence::colours: {
      std::array<float, 64> shares{};
      const float each = 3.0F / static_cast<float>(state.pixels.size());
      for (std::size_t i = 0; i + 2 < state.pixels.size(); i += 3) {
        shares[(state.pixels[i] >> 6U) * 16U + (state.pixels[i + 1] >> 6U) * 4U + (state.pixels[i + 2] >> 6U)] += each;
      }
      values.insert(values.end(), shares.begin(), shares.end());
      return;
    }
    case Evidence::spectrum:
      for (std::size_t ring = 0; ring < kRings; ++ring) {
        const double power = state.traits[kFirstRing + ring];
        values.push_back(std::isnan(power) ? 0.0F : static_cast<float>(power));
      }
      return;
    case Evidence::blurred: return append_parts(state.pixels, state.shape, kCoarse, values);
    case Evidence::residual: return append_residual(state.middle_pixels, state.middle, values);
    case Evidence::pixels: return append_parts(state.pixels, state.shape, kFine, values);
  }
}

}  // namespace ersatz::audit
