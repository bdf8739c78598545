// A classifier that looks at the brightest of 2x2 pixels, as an example of how one is added: this file in src/models/,
// and the line ERSATZ_CLASSIFIER(blurry) in src/models/classifiers.def. It brings a method of its own.

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

Method method(std::size_t, std::optional<double> epochs, std::optional<std::int64_t> steps) {
  Method method;
  method.batching.size = 16;
  method.optimizer.learning_rate = 0.05;
  method.optimizer.momentum = 0.9;
  method.schedule = ExponentialDecay{1, 1};  // constant
  if (steps) {
    method.budget = StepBudget{*steps};
  } else {
    method.budget = EpochBudget{static_cast<int>(epochs.value_or(12)), 0};
  }
  method.augmentation = {data::Flip{}};
  return method;
}

Classifier make_blurry(const std::string&, data::ImageShape shape, int classes) {
  Classifier classifier;
  classifier.method = OwnMethod{"blurry-1", method};
  classifier.network.input = {3, shape.height, shape.width};
  classifier.network.layers = {nn::MaxPool{2}, nn::Flatten{}, nn::Dense{"fc", classes}};
  return classifier;
}

}  // namespace

Registration blurry_registration() { return {"blurry", "Blurry", make_blurry}; }

}  // namespace ersatz::models
