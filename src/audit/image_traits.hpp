#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::audit {

/// Rings of the radial power spectrum, of equal width from 0 to half a cycle per pixel; the last one has the corners,
/// too.
inline constexpr std::size_t kRings = 16;

/// One number about an image that a person can picture.
enum class Trait : std::uint8_t { red, green, blue, saturation, contrast, sharpness };
inline constexpr std::size_t kFirstRing = 6, kTraits = kFirstRing + kRings;
std::string_view trait_name(std::size_t trait);  ///< "red", ..., "spectrum 1" (coarse) to "spectrum 16" (fine)

/// Kinds of evidence, from the least to the most that a classifier may look at.
enum class Evidence : std::uint8_t {
  encoder,
  metadata,
  file_size,
  mean_colour,
  colours,
  spectrum,
  blurred,
  residual,
  pixels
};
inline constexpr std::size_t kEvidences = 9;
std::string_view evidence_name(Evidence evidence);  ///< "encoder facts", "all pixels"
/// What it is, in some words: "format, size, quality and sampling of the files".
std::string_view evidence_words(Evidence evidence);

/// What is measured of images of one shape. One thread at a time.
class Measurer {
 public:
  explicit Measurer(data::ImageShape shape);
  ~Measurer();
  Measurer(const Measurer&) = delete;
  Measurer& operator=(const Measurer&) = delete;

  /// Takes an image, pixels [height, width, 3], which must outlive what is asked of it.
  void look_at(std::span<const std::uint8_t> pixels);

  /// All traits of the image. Means of red, green and blue, 0..255; saturation 1 - min / max of a pixel, its mean;
  /// contrast is the standard deviation of luma (ITU-R BT.601), 0..255; sharpness the mean square of luma's
  /// four-neighbour Laplacian, as ln(1 + x), NaN of images without an inside; spectrum the mean of ln(1 + power /
  /// pixels) of luma in a ring, NaN where an image is too small for a ring. Of larger images sharpness, spectrum and
  /// residual are of the middle 128 x 128 pixels.
  std::array<double, kTraits> traits() const;

  /// Appends the values of one kind of evidence that pixels give, the same number for every image of the shape: nothing
  /// for `encoder`, `metadata` and `file_size`.
  ///  - mean_colour: 3 means;  colours: shares of 4 x 4 x 4 colours;  spectrum: the 16 rings
  ///  - blurred: the means of up to 8 x 8 parts, [rows, columns, 3];  pixels: of up to 32 x 32 parts
  ///  - residual: what 3 x 3 means leave: for each channel ln of its variance, its kurtosis, correlations with
  ///    neighbours and shares of sizes; and correlations between the channels
  void append(Evidence evidence, std::vector<float>& values) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ersatz::audit
