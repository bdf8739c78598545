#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/whole_network.hpp"

namespace ersatz::train {

/// Where a classifier looks: Grad-CAM (Selvaraju et al., ICCV 2017, arXiv 1610.02391). The gradient of a class's
/// pre-softmax score with respect to the last convolution's output, averaged over its positions, weighs the output's
/// channels; of their sum what is positive is kept, divided by its maximum and enlarged to the image bilinearly. The
/// output is taken behind the normalisation and activation that follow the convolution. In f32.
class GradCam {
 public:
  /// Throws Error when the network has no convolution.
  explicit GradCam(const models::WholeNetwork& model);
  ~GradCam();
  GradCam(GradCam&&) noexcept;

  struct Map {
    std::vector<float> values;         ///< [height, width] of the image, 0..1
    std::vector<float> probabilities;  ///< [classes], of the image as it is (no test views)
    int target = 0;                    ///< the class whose score was taken
    bool flat = false;                 ///< nothing speaks for the class: all values are 0
  };
  /// `image` is [channels, height, width] as the network reads it. Without `target` the class that the network takes
  /// the image for. Throws Error when the image has another size, and when there is no class `target`.
  Map explain(std::span<const float> image, std::optional<int> target = std::nullopt);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Values [from] enlarged to [to], bilinearly; centres of pixels lie at .5 (PyTorch's align_corners=False).
std::vector<float> enlarge_bilinear(std::span<const float> values, data::ImageShape from, data::ImageShape to);

}  // namespace ersatz::train
