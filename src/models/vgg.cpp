// The seed study's VGG16, and VGG19: a frozen backbone with global average pooling, then dense 128
// and the classes. Only these two layers are trained.

#include "models/registry.hpp"

namespace ersatz::models {

bool is_vgg(const std::string& name) { return is_backbone(name); }

Classifier make_vgg(const std::string& name, data::ImageShape shape, int classes) {
  Classifier classifier;
  classifier.backbone = make_backbone(name, shape);
  classifier.network.input = {classifier.backbone->features, 1, 1};
  classifier.network.layers = {nn::Dense{"fc1", 128, true}, nn::Dense{"fc2", classes}};
  return classifier;
}

}  // namespace ersatz::models
