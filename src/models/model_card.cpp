#include <fmt/format.h>

#include <variant>

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "models/classifier.hpp"

namespace ersatz::models {
namespace {

std::string describe(const nn::LayerSpec& layer) {
  const auto activation = [](bool relu) { return relu ? ", relu" : ""; };
  return std::visit(
      Overloaded{
          [&](const nn::Conv2d& conv) {
            return fmt::format("{} (conv {}x{}, {}{}{})", conv.name, conv.kernel, conv.kernel,
                               conv.padding == nn::Padding::same ? "same" : "no padding", conv.frozen ? ", frozen" : "",
                               activation(conv.relu));
          },
          [](const nn::BatchNorm& norm) {
            return fmt::format("{} (batch norm{})", norm.name, norm.gelu ? ", gelu" : "");
          },
          [](const nn::Gelu&) { return std::string("gelu"); },
          [](const nn::MaxPool& pool) { return fmt::format("max pool {}x{}", pool.size, pool.size); },
          [](const nn::GlobalAveragePool&) { return std::string("global average pool"); },
          [](const nn::GlobalMaxPool&) { return std::string("global max pool"); },
          [](const nn::Flatten&) { return std::string("flatten"); },
          [&](const nn::Dense& dense) { return fmt::format("{} (dense{})", dense.name, activation(dense.relu)); },
          [](const nn::Scale& scale) { return fmt::format("times {:.4g}", scale.factor); },
          [](const nn::TwoLogits&) { return std::string("two logits: -z/2, z/2"); },
      },
      layer);
}

std::string shape_text(nn::Shape shape) {
  if (shape.height == 1 && shape.width == 1) return fmt::format("[{}]", shape.channels);
  return fmt::format("[{}, {}, {}]", shape.channels, shape.height, shape.width);
}

std::string table_row(std::string_view layer, std::string_view shape, std::string_view count) {
  return fmt::format("{:<37} {:<20}{:>14}\n", layer, shape, count);
}

std::string describe_input(const data::PixelTransform& transform) {
  const char* channels = transform.channels == data::Channels::grey  ? "grey (ITU-R 601 luma)"
                         : transform.channels == data::Channels::rgb ? "RGB"
                                                                     : "BGR";
  return fmt::format("{}, (pixel * {:.6g} - ({:.6g}, {:.6g}, {:.6g})) / ({:.6g}, {:.6g}, {:.6g})", channels,
                     transform.scale, transform.mean[0], transform.mean[1], transform.mean[2], transform.deviation[0],
                     transform.deviation[1], transform.deviation[2]);
}

struct Counts {
  std::size_t trained = 0, frozen = 0;
};

// Rows of one network; returns its number of parameters. Running statistics are none.
Counts add_rows(std::string& text, const nn::NetworkSpec& network) {
  const std::vector<nn::Shape> shapes = nn::output_shapes(network);
  const std::vector<nn::ParameterSpec> parameters = nn::parameter_specs(network);
  text += table_row("input", shape_text(network.input), "0");
  Counts total;
  std::size_t next = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const nn::LayerSpec& layer = network.layers[i];
    std::size_t count = 0;
    for (; next < parameters.size() && parameters[next].layer == i; ++next) {
      const nn::Role role = parameters[next].role;
      if (role == nn::Role::running_mean || role == nn::Role::running_var) continue;
      const std::size_t values = nn::element_count(parameters[next].shape);
      (parameters[next].trained ? total.trained : total.frozen) += values;
      count += values;
    }
    text += table_row(describe(layer), shape_text(shapes[i]), format_count(count));
  }
  return total;
}

}  // namespace

std::string model_card(const Classifier& classifier, const std::string& weights_note) {
  const std::string rule = std::string(72, '-') + "\n";
  const std::string input = classifier.backbone ? "the features of the frozen backbone " + classifier.backbone->name
                                                : describe_input(classifier.transform);
  std::string text = fmt::format("Classifier: {} ({})\nInput:      {}\n", classifier.title, classifier.name, input);
  if (!weights_note.empty()) text += "Weights:    " + weights_note + "\n";
  text += "\n" + table_row("Layer", "Output shape", "Parameters") + rule;
  std::size_t frozen = 0;
  if (classifier.backbone) {
    frozen = add_rows(text, classifier.backbone->network).trained;
    text += rule + table_row("Frozen", "", format_count(frozen)) + rule;
  }
  const Counts own = add_rows(text, classifier.network);
  text += rule;
  if (own.frozen > 0) text += table_row("Frozen", "", format_count(own.frozen));
  text += table_row("Trained", "", format_count(own.trained)) +
          table_row("Total", "", format_count(frozen + own.frozen + own.trained));
  return text + "\nThe last layer's outputs are logits; softmax turns them into class probabilities.\n";
}

}  // namespace ersatz::models
