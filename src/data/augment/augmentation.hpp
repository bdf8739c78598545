#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_fwd.hpp"

namespace ersatz::data {

// Random changes of training images that keep their class. Each is applied with `probability`, drawn again in every
// epoch. All work on bytes, before pixels become numbers. Lengths are in pixels.

/// Mirrored left to right. `alternate`: half of the images in the first epoch and from then on each image in every
/// other epoch, so that two epochs in a row show both sides of every image (Jordan, arXiv 2404.00498).
struct Flip {
  double probability = 0.5;
  bool alternate = false;
};

/// Moved by up to `padding` in both directions. What comes in from outside the image is the mirror image of the border
/// without the outermost line (`reflect`), or black.
struct Crop {
  double probability = 1;
  int padding = 4;
  bool reflect = true;
};

/// A factor that is uniform in 1 - below .. 1 + above.
struct Factor {
  double below = 0, above = 0;
  bool operator==(const Factor&) const = default;
};

/// Brightness, contrast and saturation, in this order, each times a factor:
/// p f; m + (p - m) f with the image's mean grey level m; g + (p - g) f with the pixel's grey level g (ITU-R 601), as
/// Pillow's ImageEnhance has them. Then colours are turned around the grey axis of RGB by an angle that is uniform in
/// -hue .. +hue of a full turn; r + g + b stays.
struct Color {
  double probability = 1;
  Factor brightness{0.2, 0.2}, contrast{0.2, 0.2}, saturation{0.2, 0.2};
  double hue = 0;  ///< 0..0.5
};

/// A black square of `size` around a random pixel, cut off at the border (DeVries & Taylor, arXiv 1708.04552).
struct Cutout {
  double probability = 1;
  int size = 8;
};

/// Written as JPEG (4:2:0) and read again, with a quality uniform in low .. high (libjpeg's, 1..100).
struct Jpeg {
  double probability = 0.5;
  int low = 30, high = 95;
};

/// Gaussian blur whose standard deviation is uniform in low .. high; borders are mirrored.
struct Blur {
  double probability = 0.5;
  double low = 0.2, high = 1.0;
};

/// Independent noise on every channel of every pixel, of this standard deviation in grey levels (0..255). It is the sum
/// of four uniform numbers, which is nearly normal up to two and a half standard deviations.
struct Noise {
  double probability = 0.5;
  double deviation = 8;
};

/// A window of the image, enlarged to the image's size with bilinear interpolation: its area is a share of the image's
/// that is uniform in `scale`, its width over height is log-uniform in `ratio`, its place is uniform (Szegedy et al.
/// 2015, arXiv 1409.4842; torchvision's RandomResizedCrop). A side that would be longer than the image's is cut to it.
struct Zoom {
  double probability = 1;
  double least_scale = 0.5, most_scale = 1;
  double least_ratio = 0.75, most_ratio = 4.0 / 3;
};

/// Made smaller by a factor that is uniform in low .. high, and its old size again, both by bicubic interpolation over
/// the whole area of a pixel, as Pillow does it.
struct Shrink {
  double probability = 0.5;
  double low = 1, high = 2;
};

using Augmentation = std::variant<Flip, Crop, Color, Cutout, Jpeg, Blur, Noise, Zoom, Shrink>;

/// "flip", "crop", "color", "cutout", "jpeg", "blur", "noise", "zoom", "resize".
std::string_view augmentation_name(const Augmentation& augmentation);
std::vector<std::string> augmentation_names();

/// The name alone ("flip") where all is as above, else {"name": "crop", "padding": 2} with what differs: so a parameter
/// that a later version adds leaves what is written today as it is. Ranges are pairs: "quality": [30, 95]. A factor is
/// x where it lies in 1 - x .. 1 + x, else the pair of its ends.
Json to_json(const Augmentation& augmentation);
/// Either form; a range may also be a number, both of its ends. Throws Error for unknown names and parameters and for
/// values out of range.
Augmentation augmentation_from_json(const Json& value);
/// The same of a change that happens to every image: `probability` is 1 where nothing is said of it.
Augmentation transform_from_json(const Json& value);

}  // namespace ersatz::data
