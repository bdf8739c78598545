// The seed study's small dense network: flatten - dense 128 relu - dense classes, on grey images.
// nn-rgb is the same on colour, so that architectures can be compared on equal input.

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

Classifier make_dense_network(data::Channels channels, data::ImageShape shape, int classes) {
  Classifier classifier;
  classifier.transform.channels = channels;
  classifier.network.input = {classifier.transform.channel_count(), shape.height, shape.width};
  classifier.network.layers = {nn::Flatten{}, nn::Dense{"fc1", 128, true}, nn::Dense{"fc2", classes}};
  return classifier;
}

Classifier make_nn(const std::string&, data::ImageShape shape, int classes) {
  return make_dense_network(data::Channels::grey, shape, classes);
}

Classifier make_nn_rgb(const std::string&, data::ImageShape shape, int classes) {
  return make_dense_network(data::Channels::rgb, shape, classes);
}

}  // namespace

Registration nn_registration() { return {"nn", "NN", make_nn}; }
Registration nn_rgb_registration() { return {"nn-rgb", "NN (RGB)", make_nn_rgb}; }

}  // namespace ersatz::models
