// The network of airbench94 (K. Jordan, arXiv 2404.00498): a whitening layer, three blocks of two 3x3 convolutions with
// batch normalisation and GELU, and a dense layer. "convnet:0.25" has a quarter of the channels.

//
// It brings its own method, that of airbench94. Network and training were found together: the one without the other is
// another classifier.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

constexpr double kMostWidth = 4;
constexpr int kWhitened = 24;  // 2 x 2 x 3 directions, and each with the opposite sign
constexpr const char* kWhitenedLayer = "whiten";

constexpr int kBatch = 1024;  // all examples where there are fewer
constexpr double kEpochs = 9.9;
constexpr double kBiasEpochs = 3;  // that the whitened layer's bias is trained for

Method method(std::size_t images, std::optional<double> epochs, std::optional<std::int64_t> steps) {
  // Rate and decay are those of the sum over 1,024 examples, and independent of each other. With momentum every
  // gradient counts 1 + 1 / (1 - momentum) times in the long run, the first time in Nesterov's look ahead: that factor
  // is taken out. The loss here is a mean, so the rate of a step grows with its batch. Decay is relative to the rate,
  // as torch.optim.SGD has it.
  constexpr double kExamples = 1024, kRate = 11.5, kMomentum = 0.85, kDecay = 0.0153, kNormBiasFactor = 64;
  constexpr double kCounted = 1 + 1 / (1 - kMomentum);
  Method method;
  method.batching = {static_cast<int>(std::clamp<std::size_t>(images, 1, kBatch)), true};
  method.optimizer = {kRate / kCounted * method.batching.size / kExamples, kMomentum, true, kDecay / kRate,
                      kNormBiasFactor};
  const double wanted = epochs.value_or(kEpochs) * static_cast<double>(method.steps_per_epoch(images));
  method.budget = StepBudget{steps.value_or(static_cast<std::int64_t>(std::ceil(wanted)))};
  method.schedule = Triangle{};
  method.label_smoothing = 0.2;
  method.averaging = Averaging{5, 0.95 * 0.95 * 0.95 * 0.95 * 0.95};
  method.whitening = Whitening{kWhitenedLayer, 5000, kBiasEpochs / kEpochs};
  method.augmentation = {data::Flip{0.5, true}, data::Crop{1, 2, true}};
  method.views = TestViews::mirrored_and_moved;
  return method;
}

// What stands behind the colon; nothing when it is no usable factor.
std::optional<double> width_of(const std::string& variant) {
  const char *begin = variant.data(), *end = begin + variant.size();
  double width = 0;
  const auto [rest, code] = std::from_chars(begin, end, width);
  if (code != std::errc() || rest != end || !(width > 0 && width <= kMostWidth)) return std::nullopt;
  // One way of writing each factor, so that names and runs are the same when networks are.
  return fmt::format("{}", width) == variant ? std::optional(width) : std::nullopt;
}

int scaled(int channels, double width) {
  return std::max(16, static_cast<int>(std::lround(channels * width / 16)) * 16);
}

Classifier make_convnet(const std::string& variant, data::ImageShape shape, int classes) {
  const double width = width_of(variant).value_or(1);
  const auto conv = [](int block, int i, int channels) {
    return nn::Conv2d{
        .name = fmt::format("block{}_conv{}", block, i), .out_channels = channels, .kernel = 3, .bias = false};
  };
  const auto norm = [](int block, int i) {
    return nn::BatchNorm{
        .name = fmt::format("block{}_norm{}", block, i), .momentum = 0.4, .epsilon = 1e-12, .gelu = true};
  };
  Classifier classifier;
  classifier.method = OwnMethod{"airbench94-1", method};
  classifier.start = Start::partial_identity;
  classifier.transform = {data::Channels::rgb, 1.0F / 255, {0.4914F, 0.4822F, 0.4465F}, {0.2470F, 0.2435F, 0.2616F}};
  classifier.network.input = {3, shape.height, shape.width};
  auto& layers = classifier.network.layers;
  layers = {
      nn::Conv2d{
          .name = kWhitenedLayer, .out_channels = kWhitened, .kernel = 2, .padding = nn::Padding::none, .frozen = true},
      nn::Gelu{}};
  int block = 0;
  for (const int channels : {scaled(64, width), scaled(256, width), scaled(256, width)}) {
    ++block;
    layers.insert(layers.end(),
                  {conv(block, 1, channels), nn::MaxPool{2}, norm(block, 1), conv(block, 2, channels), norm(block, 2)});
  }
  // Of 32x32 images 3x3 pixels are left here: airbench94's last pooling.
  layers.insert(layers.end(),
                {nn::GlobalMaxPool{}, nn::Flatten{}, nn::Dense{"fc", classes, false, false}, nn::Scale{1.0 / 9}});
  return classifier;
}

std::optional<std::string> width_title(const std::string& variant) {
  return width_of(variant) ? std::optional(" (width " + variant + ")") : std::nullopt;
}

}  // namespace

Registration convnet_registration() {
  return {"convnet", "ConvNet", make_convnet,
          Variants{width_title, "convnet's width is a factor above 0 and up to 4, as in convnet:0.25"}};
}

}  // namespace ersatz::models
