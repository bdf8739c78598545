// The best network of Bird and Lotfi, "CIFAKE: Image classification and explainable identification of AI-generated
// synthetic images" (IEEE Access 12, 2024, arXiv 2303.14126): two convolutions of 32 filters with max pooling, dense
// 64, and one number, whether an image is a photograph or generated. Of more than two classes it has a number each.

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

Classifier make_cifake_cnn(const std::string&, data::ImageShape shape, int classes) {
  Classifier classifier;
  classifier.transform.channels = data::Channels::rgb;
  classifier.network.input = {3, shape.height, shape.width};
  classifier.network.layers = {nn::Conv2d{.name = "conv1", .out_channels = 32, .kernel = 3, .relu = true},
                               nn::MaxPool{2},
                               nn::Conv2d{.name = "conv2", .out_channels = 32, .kernel = 3, .relu = true},
                               nn::MaxPool{2},
                               nn::Flatten{},
                               nn::Dense{"fc1", 64, true},
                               nn::Dense{"fc2", classes == 2 ? 1 : classes}};
  if (classes == 2) classifier.network.layers.emplace_back(nn::TwoLogits{});
  return classifier;
}

}  // namespace

Registration cifake_cnn_registration() { return {"cifake-cnn", "CIFAKE CNN", make_cifake_cnn}; }

}  // namespace ersatz::models
