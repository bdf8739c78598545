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
  Step step{std::move(name), {}, flops};
  for (const auto& [index, memory] : arguments) step.memory.push_back(memory);
  step.run = [primitive, arguments = std::move(arguments)] {
    primitive.execute(stream(), arguments);
    stream().wait();
  };
  return step;
}

}  // namespace

Step reorder_step(std::string name, const dnnl::memory& from, const dnnl::memory& to) {
  return {std::move(name), make_reorder(from, to), 0, {from, to}};
}

Program Compiler::compile(const NetworkSpec& spec) {
  const std::vector<Shape> shapes = output_shapes(spec);
  if (shapes.empty() || (training_ && !std::holds_alternative<Dense>(spec.layers.back()))) {
    throw Error("a network that is trained must end with a dense layer, whose outputs are the logits");
  }
  const std::vector<ParameterSpec> specs = parameter_specs(spec);
  program_.parameters.reserve(specs.size());  // references to parameters stay valid
  std::size_t used = 0;
  const auto next_parameters = [&] {
    used += 2;
    return std::vector<ParameterSpec>(specs.begin() + used - 2, specs.begin() + used);
  };

  const Dims input_dims{batch_, spec.input.channels, spec.input.height, spec.input.width};
  Activation current = make_activation(plain_desc(input_dims, DataType::f32), spec.input, false);
  program_.input = current.value;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    if (!std::holds_alternative<MaxPool>(spec.layers[i])) add_relu_backward(current);
    begin_backward_group();
    current = std::visit(
        Overloaded{
            [&](const Conv2d& layer) { return compile_conv(*this, current, layer, next_parameters()); },
            [&](const MaxPool& layer) {
              return compile_pool(*this, current, Pooling::max, {layer.size, layer.size}, shapes[i],
                                  fmt::format("pool{}", i));
            },
            [&](const GlobalAveragePool&) {
              return compile_pool(*this, current, Pooling::average, {current.shape.height, current.shape.width},
                                  shapes[i], fmt::format("pool{}", i));
            },
            // Dense layers read four-dimensional memory as it lies: nothing to do.
            [&](const Flatten&) { return current; },
            [&](const Dense& layer) {
              return compile_dense(*this, current, layer, next_parameters(), i + 1 == spec.layers.size());
            },
        },
        spec.layers[i]);
  }
  add_relu_backward(current);
  current = convert(current, plain_desc(dims_of(current.value.get_desc()), DataType::f32), "outputs");
  program_.outputs = current.value;
  program_.output_gradients = current.gradient;
  for (auto group = backward_groups_.rbegin(); group != backward_groups_.rend(); ++group) {
    std::move(group->begin(), group->end(), std::back_inserter(program_.backward));
  }
  return std::move(program_);
}

double Compiler::flops(const ParameterSpec& weights, const Shape& output) const {
  return 2.0 * batch_ * static_cast<double>(element_count(weights.shape)) * output.height * output.width;
}

Activation Compiler::make_activation(const Desc& desc, Shape shape, bool needs_gradient) const {
  return {allocate(desc), needs_gradient ? allocate(desc) : dnnl::memory(), shape, {}};
}

Activation Compiler::convert(const Activation& from, const Desc& wanted, const std::string& name) {
  if (from.value.get_desc() == wanted) return from;
  Activation to = make_activation(wanted, from.shape, static_cast<bool>(from.gradient));
  add_forward(reorder_step(name + " reorder forward", from.value, to.value));
  if (from.gradient) {
    begin_backward_group();
    add_backward(reorder_step(name + " reorder backward", to.gradient, from.gradient));
    begin_backward_group();
  }
  return to;
}

void Compiler::add_forward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops) {
  add_forward(primitive_step(std::move(name), primitive, std::move(arguments), flops));
}

void Compiler::add_forward(Step step) { program_.forward.push_back(std::move(step)); }

void Compiler::begin_backward_group() { backward_groups_.emplace_back(); }

void Compiler::add_backward(std::string name, const dnnl::primitive& primitive, Arguments arguments, double flops) {
  add_backward(primitive_step(std::move(name), primitive, std::move(arguments), flops));
}

void Compiler::add_backward(Step step) { backward_groups_.back().push_back(std::move(step)); }

void Compiler::add_relu_backward(Activation& activation) {
  if (!activation.pending_relu.empty() && activation.gradient) {
    begin_backward_group();
    add_backward(activation.pending_relu + " relu backward",
                 dnnl::eltwise_backward(relu_backward(activation.value.get_desc())),
                 {{DNNL_ARG_DST, activation.value},
                  {DNNL_ARG_DIFF_DST, activation.gradient},
                  {DNNL_ARG_DIFF_SRC, activation.gradient}});
  }
  activation.pending_relu.clear();
}

CompiledParameter& Compiler::add_parameter(const ParameterSpec& spec, const Desc& layout) {
  program_.parameters.push_back({spec, allocate(layout), training_ ? allocate(layout) : dnnl::memory()});
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
