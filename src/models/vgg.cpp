// The seed study's VGG16, and VGG19: a frozen backbone with global average pooling, then dense 128
// and the classes. Only these two layers are trained.

#include <array>

#include "models/registry.hpp"

namespace ersatz::models {
namespace {

Classifier make_head(std::string backbone, const std::string& variant, data::ImageShape shape, int classes) {
  if (!variant.empty()) backbone += ":" + variant;
  Classifier classifier;
  classifier.backbone = make_backbone(backbone, shape);
  classifier.network.input = {classifier.backbone->features, 1, 1};
  classifier.network.layers = {nn::Dense{"fc1", 128, true}, nn::Dense{"fc2", classes}};
  return classifier;
}

std::optional<std::string> block_title(const std::string& cut) {
  constexpr std::array<const char*, 5> kTitles{", first block", ", first two blocks", ", first three blocks",
                                               ", first four blocks", ", first five blocks"};
  const auto blocks = parse_cut(cut);
  return blocks ? std::optional<std::string>(kTitles.at(static_cast<std::size_t>(*blocks - 1))) : std::nullopt;
}

constexpr Variants kCuts{block_title, "write block1 to block5 after the colon"};

}  // namespace

Registration vgg16_registration() {
  return {"vgg16", "VGG16",
          [](const std::string& variant, data::ImageShape shape, int classes) {
            return make_head("vgg16", variant, shape, classes);
          },
          kCuts};
}

Registration vgg19_registration() {
  return {"vgg19", "VGG19",
          [](const std::string& variant, data::ImageShape shape, int classes) {
            return make_head("vgg19", variant, shape, classes);
          },
          kCuts};
}

}  // namespace ersatz::models
