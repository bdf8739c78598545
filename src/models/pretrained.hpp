#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "data/pixel_transform.hpp"
#include "nn/tensor.hpp"

namespace ersatz::models {

/// The weights of a backbone from a file, and what images must look like for them.
struct PretrainedWeights {
  nn::NamedTensors tensors;        ///< the parameters of the backbone
  data::PixelTransform transform;  ///< the preprocessing they were trained with
  std::string file_hash;           ///< SHA-256 of the file, 64 hexadecimal digits
};

/// Reads weights for `backbone` ("vgg16", "vgg16:block3", ...). The file decides the preprocessing:
///   Keras HDF5 (layers block1_conv1 ...): BGR, 0..255, minus (103.939, 116.779, 123.68);
///   safetensors with torchvision's names (features.0.weight ...; a classifier head is ignored):
///   RGB / 255, mean (0.485, 0.456, 0.406), deviation (0.229, 0.224, 0.225);
///   safetensors whose metadata have "preprocessing": what stands there, as JSON with channels, scale, mean, deviation.
/// HDF5 is converted once, in a child process with limits, to safetensors in `cache`. Throws Error naming the
/// file, and leaves nothing in `cache`, when it is missing, damaged, holds other layers or shapes, or values that are
/// not finite.
PretrainedWeights load_pretrained(std::string_view backbone, const std::filesystem::path& file,
                                  const std::filesystem::path& cache);

/// What a weights file says it is: the "title" of its safetensors metadata, empty for other files.
std::string weights_title(const std::filesystem::path& file);

}  // namespace ersatz::models
