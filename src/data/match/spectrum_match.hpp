#pragma once

#include <array>
#include <span>
#include <vector>

#include "data/match/image_match.hpp"
#include "data/selection.hpp"

namespace ersatz::data {

/// Mean power |F|^2 of the frequencies of each channel over some images, ring by ring. A ring holds the frequencies
/// whose distance from 0, in waves per pixel times the longer side, rounds to its number; ring 0 is the mean level.
struct SpectrumStatistics {
  ImageShape shape;
  std::array<std::vector<double>, 3> power;  ///< of each ring
};

/// Of at least one image; all have one shape. Throws Stopped when a stop is requested.
SpectrumStatistics spectrum_statistics(std::span<const ImageReference> images);

/// Multiplies the amplitude of each ring's frequencies by the ratio of the root mean powers of `to` and `from`, and
/// leaves their phases. A ring in which `from` has no power stays so. What is clipped or rounded to 8 bits misses its
/// place.
class SpectrumMatch : public ImageMatch {
 public:
  SpectrumMatch(const SpectrumStatistics& from, const SpectrumStatistics& to);

  void apply(std::span<const std::uint8_t> pixels, std::uint8_t* out) const override;
  bool is_slow() const override { return true; }

 private:
  ImageShape shape_;
  std::vector<std::size_t> rings_;            // of each frequency
  std::array<std::vector<double>, 3> gains_;  // of each ring
};

}  // namespace ersatz::data
