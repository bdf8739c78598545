#include <fmt/format.h>

#include <variant>

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "models/classifier.hpp"

namespace ersatz::models {
namespace {

std::string describe(const nn::LayerSpec& layer) {
  const auto activation = [](bool relu) { return relu ? ", relu" : ""; };
  return std::visit(Overloaded{
                        [&](const nn::Conv2d& conv) {
                          return fmt::format("{} (conv {}x{}, same{})", conv.name, conv.kernel, conv.kernel, activation(conv.relu));
                        },
                        [](const nn::MaxPool& pool) { return fmt::format("max pool {}x{}", pool.size, pool.size); },
                        [](const nn::GlobalAveragePool&) { return std::string("global average pool"); },
                        [](const nn::Flatten&) { return std::string("flatten"); },
                        [&](const nn::Dense& dense) { return fmt::format("{} (dense{})", dense.name, activation(dense.relu)); },
                    },
                    layer);
}

std::string shape_text(nn::Shape shape) {
  if (shape.height == 1 && shape.width == 1) return fmt::format("[{}]", shape.channels);
  return fmt::format("[{}, {}, {}]", shape.channels, shape.height, shape.width);
}

std::string describe_input(const data::PixelTransform& transform) {
  const char* channels = transform.channels == data::Channels::grey  ? "grey (ITU-R 601 luma)"
                         : transform.channels == data::Channels::rgb ? "RGB"
                                                                     : "BGR";
  return fmt::format("{}, (pixel * {:.6g} - ({:.6g}, {:.6g}, {:.6g})) / ({:.6g}, {:.6g}, {:.6g})", channels, transform.scale,
                     transform.mean[0], transform.mean[1], transform.mean[2], transform.deviation[0],
                     transform.deviation[1], transform.deviation[2]);
}

}  // namespace

std::string model_card(const Classifier& classifier) {
  const std::vector<nn::Shape> shapes = nn::output_shapes(classifier.network);
  const std::vector<nn::ParameterSpec> parameters = nn::parameter_specs(classifier.network);
  std::string text = fmt::format("Classifier: {} ({})\nInput:      {}\n\n", classifier.title, classifier.name,
                                 describe_input(classifier.transform));
  const std::string rule(66, '-');
  const auto row = [&](std::string_view layer, std::string_view shape, std::string_view count) {
    text += fmt::format("{:<32}{:<20}{:>14}\n", layer, shape, count);
  };
  row("Layer", "Output shape", "Parameters");
  text += rule + "\n";
  row("input", shape_text(classifier.network.input), "0");
  std::size_t total = 0, next = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const nn::LayerSpec& layer = classifier.network.layers[i];
    std::size_t count = 0;
    if (std::holds_alternative<nn::Conv2d>(layer) || std::holds_alternative<nn::Dense>(layer)) {
      count = nn::element_count(parameters[next].shape) + nn::element_count(parameters[next + 1].shape);
      next += 2;
    }
    row(describe(layer), shape_text(shapes[i]), format_count(count));
    total += count;
  }
  text += rule + "\n";
  row("Total", "", format_count(total));
  return text + "\nThe last layer's outputs are logits; softmax turns them into class probabilities.\n";
}

}  // namespace ersatz::models
