// The seed study's LeNet: two convolutions with max pooling, then dense 128 and the classes.

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

Classifier make_lenet(const std::string&, data::ImageShape shape, int classes) {
  Classifier classifier;
  classifier.transform.channels = data::Channels::rgb;
  classifier.network.input = {3, shape.height, shape.width};
  classifier.network.layers = {nn::Conv2d{.name = "conv1", .out_channels = 32, .kernel = 3, .relu = true},
                               nn::MaxPool{2},
                               nn::Conv2d{.name = "conv2", .out_channels = 50, .kernel = 5, .relu = true},
                               nn::MaxPool{2},
                               nn::Flatten{},
                               nn::Dense{"fc1", 128, true},
                               nn::Dense{"fc2", classes}};
  return classifier;
}

}  // namespace

Registration lenet_registration() { return {"lenet", "LeNet", make_lenet}; }

}  // namespace ersatz::models
