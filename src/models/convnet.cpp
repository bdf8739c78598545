// The network of airbench94 (K. Jordan, arXiv 2404.00498): a whitening layer, three blocks of two 3x3 convolutions with
// batch normalisation and GELU, and a dense layer. "convnet:0.25" has a quarter of the channels.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/recipe.hpp"
#include "models/registry.hpp"

namespace ersatz::models {
namespace {

constexpr double kMostWidth = 4;
constexpr int kWhitened = 24;  // 2 x 2 x 3 directions, and each with the opposite sign

// What stands behind the colon, 1 without one; nothing when it is no usable factor.
std::optional<double> width_of(const std::string& name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return 1;
  const char *begin = name.data() + colon + 1, *end = name.data() + name.size();
  double width = 0;
  const auto [rest, code] = std::from_chars(begin, end, width);
  if (code != std::errc() || rest != end || !(width > 0 && width <= kMostWidth)) return std::nullopt;
  // One way of writing each factor, so that names and runs are the same when networks are.
  return fmt::format("{}", width) == std::string(begin, end) ? std::optional(width) : std::nullopt;
}

int scaled(int channels, double width) {
  return std::max(16, static_cast<int>(std::lround(channels * width / 16)) * 16);
}

}  // namespace

bool is_convnet(const std::string& name) { return width_of(name).has_value(); }

Classifier make_convnet(const std::string& name, data::ImageShape shape, int classes) {
  const double width = width_of(name).value_or(1);
  const auto conv = [](int block, int i, int channels) {
    return nn::Conv2d{
        .name = fmt::format("block{}_conv{}", block, i), .out_channels = channels, .kernel = 3, .bias = false};
  };
  const auto norm = [](int block, int i) {
    return nn::BatchNorm{
        .name = fmt::format("block{}_norm{}", block, i), .momentum = 0.4, .epsilon = 1e-12, .gelu = true};
  };
  Classifier classifier;
  classifier.recipe = Recipe{};
  classifier.start = Start::partial_identity;
  classifier.transform = {data::Channels::rgb, 1.0F / 255, {0.4914F, 0.4822F, 0.4465F}, {0.2470F, 0.2435F, 0.2616F}};
  classifier.network.input = {3, shape.height, shape.width};
  auto& layers = classifier.network.layers;
  layers = {nn::Conv2d{.name = classifier.recipe->whitened,
                       .out_channels = kWhitened,
                       .kernel = 2,
                       .padding = nn::Padding::none,
                       .frozen = true},
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

}  // namespace ersatz::models
