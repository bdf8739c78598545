#include "nn/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "nn/reorder.hpp"
#include "nn/tensor.hpp"

namespace ersatz::nn {
namespace {

Step primitive_step(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops = 0) {
  return {std::move(name),
          [primitive, arguments = std::move(arguments)] {
            primitive.execute(stream(), arguments);
            stream().wait();
          },
          flops};
}

// The index of the dense layer whose outputs are the logits (only Scale or TwoLogits may follow it), or the number of
// layers.
std::size_t last_dense(const NetworkSpec& spec) {
  std::size_t last = spec.layers.size();
  const auto is_behind = [](const LayerSpec& layer) {
    return std::holds_alternative<Scale>(layer) || std::holds_alternative<TwoLogits>(layer);
  };
  while (last > 0 && is_behind(spec.layers[last - 1])) --last;
  return last > 0 && std::holds_alternative<Dense>(spec.layers[last - 1]) ? last - 1 : spec.layers.size();
}

}  // namespace

dnnl::memory Compiler::allocate(const Desc& desc) {
  return take(desc.get_size()) ? nn::allocate(desc) : dnnl::memory(desc, engine(), DNNL_MEMORY_NONE);
}

bool Compiler::take(std::size_t bytes) {
  program_.bytes += bytes;
  return !counts_;
}

Step Compiler::reorder_step(std::string name, const dnnl::memory& from, const dnnl::memory& to) {
  const bool taken = take(reorder_bytes(from, to));
  return {std::move(name), taken ? make_reorder(from, to) : std::function<void()>()};
}

Program Compiler::compile(const NetworkSpec& spec, bool input_gradients) {
  const std::vector<Shape> shapes = output_shapes(spec);
  const std::size_t last = last_dense(spec);
  if (training_ && last == spec.layers.size()) {
    throw Error("a network that is trained must end with a dense layer, whose outputs are the logits");
  }
  if (shapes.empty()) throw Error("a network needs at least one layer");
  const std::vector<ParameterSpec> specs = parameter_specs(spec);
  program_.parameters.reserve(specs.size());  // references to parameters stay valid

  const Dims input_dims{batch_, spec.input.channels, spec.input.height, spec.input.width};
  Activation current = make_activation(plain_desc(input_dims, DataType::f32), spec.input, input_gradients);
  program_.input = current.value;
  program_.input_gradients = current.gradient;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    layer_begin_ = layer_end_;
    while (layer_end_ < specs.size() && specs[layer_end_].layer == i) ++layer_end_;
    const std::vector<ParameterSpec> own(specs.begin() + layer_begin_, specs.begin() + layer_end_);
    if (!std::holds_alternative<MaxPool>(spec.layers[i])) add_relu_backward(current);
    begin_backward_group();
    current = std::visit(
        Overloaded{
            [&](const Conv2d& layer) { return compile_conv(*this, current, layer, own); },
            [&](const BatchNorm& layer) { return compile_batch_norm(*this, current, layer, own); },
            [&](const Gelu&) { return compile_gelu(*this, current, fmt::format("gelu{}", i)); },
            [&](const MaxPool& layer) {
              return compile_pool(*this, current, Pooling::max, {layer.size, layer.size}, shapes[i],
                                  fmt::format("pool{}", i));
            },
            [&](const GlobalAveragePool&) {
              return compile_pool(*this, current, Pooling::average, {current.shape.height, current.shape.width},
                                  shapes[i], fmt::format("pool{}", i));
            },
            [&](const GlobalMaxPool&) {
              return compile_pool(*this, current, Pooling::max, {current.shape.height, current.shape.width}, shapes[i],
                                  fmt::format("pool{}", i));
            },
            // Dense layers read four-dimensional memory as it lies: nothing to do.
            [&](const Flatten&) { return current; },
            [&](const Dense& layer) { return compile_dense(*this, current, layer, own, i == last); },
            [&](const Scale& layer) { return compile_scale(*this, current, layer, fmt::format("scale{}", i)); },
            [&](const TwoLogits&) { return compile_two_logits(*this, current, fmt::format("logits{}", i)); },
        },
        spec.layers[i]);
  }
  layer_begin_ = layer_end_;
  add_relu_backward(current);
  current = convert(current, plain_desc(dims_of(current.value.get_desc()), DataType::f32), "outputs");
  program_.outputs = current.value;
  program_.output_gradients = current.gradient;
  std::ranges::reverse(backward_groups_);
  for (auto& group : backward_groups_) {
    std::move(group.begin(), group.end(), std::back_inserter(program_.backward));
  }
  return std::move(program_);
}

double Compiler::flops(const ParameterSpec& weights, const Shape& output) const {
  return 2.0 * batch_ * static_cast<double>(element_count(weights.shape)) * output.height * output.width;
}

Activation Compiler::make_activation(const Desc& desc, Shape shape, bool needs_gradient) {
  return {allocate(desc), needs_gradient ? allocate(desc) : dnnl::memory(), shape, {}};
}

Activation Compiler::convert(const Activation& from, const Desc& wanted, const std::string& name) {
  if (from.value.get_desc() == wanted) return from;
  Activation to = make_activation(wanted, from.shape, static_cast<bool>(from.gradient));
  add_forward(reorder_step(name + " reorder forward", from.value, to.value));
  if (from.gradient) {
    begin_backward_group();
    add_backward(reorder_step(name + " reorder backward", to.gradient, from.gradient), For::below);
    begin_backward_group();
  }
  return to;
}

void Compiler::add_forward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops) {
  program_.scratch = std::max(program_.scratch, scratch_bytes(primitive));
  add_forward(primitive_step(std::move(name), primitive, std::move(arguments), flops));
}

void Compiler::add_forward(Step step) { program_.forward.push_back(std::move(step)); }

void Compiler::begin_backward_group() { backward_groups_.emplace_back(); }

void Compiler::add_backward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops,
                            For use) {
  program_.scratch = std::max(program_.scratch, scratch_bytes(primitive));
  add_backward(primitive_step(std::move(name), primitive, std::move(arguments), flops), use);
}

void Compiler::add_backward(Step step, For use) {
  step.serves = use == For::below ? layer_begin_ : layer_end_;
  backward_groups_.back().push_back(std::move(step));
}

void Compiler::add_relu_backward(Activation& activation) {
  if (!activation.pending_relu.empty() && activation.gradient) {
    begin_backward_group();
    add_backward(activation.pending_relu + " relu backward",
                 dnnl::eltwise_backward(relu_backward(activation.value.get_desc())),
                 {{DNNL_ARG_DST, activation.value},
                  {DNNL_ARG_DIFF_DST, activation.gradient},
                  {DNNL_ARG_DIFF_SRC, activation.gradient}},
                 0, For::below);
  }
  activation.pending_relu.clear();
}

CompiledParameter& Compiler::add_parameter(const ParameterSpec& spec, const Desc& layout) {
  const bool trained = training_ && spec.trained;
  program_.parameters.push_back({spec, allocate(layout), trained ? allocate(layout) : dnnl::memory()});
  return program_.parameters.back();
}

dnnl::memory Compiler::parameter_view(const CompiledParameter& parameter, const Desc& wanted, const std::string& use) {
  if (parameter.value.get_desc() == wanted) return parameter.value;
  for (const auto& [name, view] : views_) {
    if (name == parameter.spec.name && view.get_desc() == wanted) return view;
  }
  dnnl::memory view = allocate(wanted);
  add_weights_copy(parameter.spec.name + " for " + use, parameter.value, view);
  views_.emplace_back(parameter.spec.name, view);
  return view;
}

void Compiler::add_weights_copy(std::string name, const dnnl::memory& from, const dnnl::memory& to) {
  program_.weights_changed.push_back(reorder_step(std::move(name), from, to));
}

void Compiler::keep(const std::vector<dnnl::memory>& memory) {
  program_.kept.insert(program_.kept.end(), memory.begin(), memory.end());
}

}  // namespace ersatz::nn
