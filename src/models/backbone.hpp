#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/image_store.hpp"
#include "nn/network_spec.hpp"

namespace ersatz::models {

/// The convolutional part of a pretrained network, frozen, followed by global average pooling:
/// images in, a feature vector out. A cut name keeps the first blocks only: "vgg16:block3".
/// Source: Simonyan & Zisserman, "Very deep convolutional networks for large-scale image
/// recognition", arXiv 1409.1556, configurations D (VGG16) and E (VGG19).
struct Backbone {
  std::string name;         ///< as asked for: "vgg16", "vgg16:block3"
  nn::NetworkSpec network;  ///< parameters "block1_conv1.weight", "block1_conv1.bias", ...
  int features = 0;         ///< numbers per image: 512 for the whole network
};

/// The names without a cut: "vgg16", "vgg19".
std::vector<std::string> backbone_names();

/// The block behind which a cut ends its network, 3 for "block3"; nothing when there is no such block.
std::optional<int> parse_cut(std::string_view cut);

/// Whether make_backbone() knows the name and, where there is one, the cut.
bool is_backbone(std::string_view name);

/// Throws Error when the name, or the block after the colon, is unknown, and when the images are
/// smaller than its poolings need (32 x 32 for all five blocks).
Backbone make_backbone(std::string_view name, data::ImageShape shape);

/// Its convolutions in order: the parameters that a weights file must hold.
std::vector<nn::ParameterSpec> backbone_parameters(std::string_view name);

}  // namespace ersatz::models
