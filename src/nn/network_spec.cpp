#include "nn/network_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/overloaded.hpp"

namespace ersatz::nn {
namespace {

void require(bool condition, const std::string& layer, const std::string& reason) {
  if (!condition) throw Error(fmt::format("layer {}: {}", layer, reason));
}

Shape output_shape(const LayerSpec& layer, Shape input) {
  return std::visit(
      Overloaded{
          [&](const Conv2d& conv) {
            require(conv.out_channels > 0, conv.name, "needs at least one output channel");
            require(conv.kernel > 0, conv.name, "needs a kernel of at least one pixel");
            if (conv.padding == Padding::none) {
              require(input.height >= conv.kernel && input.width >= conv.kernel, conv.name,
                      fmt::format("a kernel of {} does not fit {} x {}", conv.kernel, input.height, input.width));
              return Shape{conv.out_channels, input.height - conv.kernel + 1, input.width - conv.kernel + 1};
            }
            require(conv.kernel % 2 == 1, conv.name, "needs an odd kernel for same padding");
            return Shape{conv.out_channels, input.height, input.width};
          },
          [&](const BatchNorm&) { return input; },
          [&](const Gelu&) { return input; },
          [&](const MaxPool& pool) {
            require(pool.size > 0 && input.height >= pool.size && input.width >= pool.size, "max pool",
                    fmt::format("a window of {} does not fit {} x {}", pool.size, input.height, input.width));
            return Shape{input.channels, input.height / pool.size, input.width / pool.size};
          },
          [&](const GlobalAveragePool&) {
            return Shape{input.channels, 1, 1};
          },
          [&](const GlobalMaxPool&) {
            return Shape{input.channels, 1, 1};
          },
          [&](const Flatten&) {
            return Shape{static_cast<int>(input.size()), 1, 1};
          },
          [&](const Dense& dense) {
            require(dense.out_features > 0, dense.name, "needs at least one output feature");
            return Shape{dense.out_features, 1, 1};
          },
          [&](const Scale&) { return input; },
          [&](const TwoLogits&) {
            require(input == Shape{1, 1, 1}, "two logits", "they are made of one number");
            return Shape{2, 1, 1};
          },
      },
      layer);
}

}  // namespace

bool has_batch_norm(const NetworkSpec& spec) {
  return std::ranges::any_of(spec.layers,
                             [](const LayerSpec& layer) { return std::holds_alternative<BatchNorm>(layer); });
}

std::vector<Shape> output_shapes(const NetworkSpec& spec) {
  if (spec.input.channels <= 0 || spec.input.height <= 0 || spec.input.width <= 0) {
    throw Error(fmt::format("a network cannot read examples of {} x {} x {}", spec.input.channels, spec.input.height,
                            spec.input.width));
  }
  std::vector<Shape> shapes;
  Shape current = spec.input;
  for (const LayerSpec& layer : spec.layers) {
    current = output_shape(layer, current);
    shapes.push_back(current);
  }
  return shapes;
}

std::vector<ParameterSpec> parameter_specs(const NetworkSpec& spec) {
  const std::vector<Shape> outputs = output_shapes(spec);
  std::vector<ParameterSpec> specs;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const Shape input = i == 0 ? spec.input : outputs[i - 1];
    if (const auto* conv = std::get_if<Conv2d>(&spec.layers[i])) {
      const int area = conv->kernel * conv->kernel;
      specs.push_back({conv->name + ".weight",
                       {conv->out_channels, input.channels, conv->kernel, conv->kernel},
                       input.channels * area,
                       conv->out_channels * area,
                       Role::weight,
                       i,
                       !conv->frozen});
      if (conv->bias) specs.push_back({conv->name + ".bias", {conv->out_channels}, 0, 0, Role::bias, i});
    } else if (const auto* norm = std::get_if<BatchNorm>(&spec.layers[i])) {
      const std::vector<std::int64_t> channels{input.channels};
      specs.push_back({norm->name + ".bias", channels, 0, 0, Role::norm_bias, i});
      specs.push_back({norm->name + ".running_mean", channels, 0, 0, Role::running_mean, i, false});
      specs.push_back({norm->name + ".running_var", channels, 0, 0, Role::running_var, i, false});
    } else if (const auto* dense = std::get_if<Dense>(&spec.layers[i])) {
      const int features = static_cast<int>(input.size());
      specs.push_back(
          {dense->name + ".weight", {dense->out_features, features}, features, dense->out_features, Role::weight, i});
      if (dense->bias) specs.push_back({dense->name + ".bias", {dense->out_features}, 0, 0, Role::bias, i});
    }
  }
  return specs;
}

}  // namespace ersatz::nn
