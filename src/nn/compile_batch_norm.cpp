// Implements: batch normalisation with fused GELU, forward and backward.

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "nn/batch_norm.hpp"
#include "nn/program.hpp"

namespace ersatz::nn {
namespace {

/// What the steps of one layer share.
struct Norm {
  BatchNorm layer;
  NormShape shape;
  std::int64_t channels = 0;  ///< without the padding of the last block
  dnnl::memory bias, running_mean, running_var;
  NormScale scale;                    ///< of the last forward pass
  std::vector<double> first, second;  ///< per channel: moments, or sums of gradients

  Norm(BatchNorm spec, const NormShape& blocks, std::int64_t count)
      : layer(std::move(spec)), shape(blocks), channels(count), first(blocks.channels()), second(blocks.channels()) {
    // The padding of the last block is zero and stays zero.
    for (auto* values : {&scale.mean, &scale.inverse, &scale.bias}) values->assign(blocks.channels(), 0.0F);
  }

  static float* floats(const dnnl::memory& memory) { return static_cast<float*>(memory.get_data_handle()); }

  void scale_by_batch() {
    const double rows = static_cast<double>(shape.rows());
    const double unbiased = shape.rows() > 1 ? rows / (rows - 1) : 1;
    const auto update = [&](float& running, double value) {
      running = static_cast<float>((1 - layer.momentum) * running + layer.momentum * value);
    };
    for (std::int64_t c = 0; c < channels; ++c) {
      update(floats(running_mean)[c], first[c]);
      update(floats(running_var)[c], second[c] * unbiased);
      set_scale(c, first[c], second[c]);
    }
  }

  void scale_by_running_statistics() {
    for (std::int64_t c = 0; c < channels; ++c) set_scale(c, floats(running_mean)[c], floats(running_var)[c]);
  }

  void set_scale(std::int64_t c, double mean, double variance) {
    scale.mean[c] = static_cast<float>(mean);
    scale.inverse[c] = static_cast<float>(1 / std::sqrt(variance + layer.epsilon));
    scale.bias[c] = floats(bias)[c];
  }
};

template <typename T>
void add_steps(Compiler& compiler, const std::shared_ptr<Norm>& norm, const Activation& source,
               const Activation& output, const dnnl::memory& diff_bias) {
  const auto values = [](const dnnl::memory& memory) { return static_cast<T*>(memory.get_data_handle()); };
  const std::string& name = norm->layer.name;
  compiler.add_forward({name + " forward", [=, training = compiler.training()] {
                          if (training) {
                            channel_moments(norm->shape, values(source.value), norm->first.data(), norm->second.data());
                            norm->scale_by_batch();
                          } else {
                            norm->scale_by_running_statistics();
                          }
                          norm_forward(norm->shape, norm->scale, norm->layer.gelu, values(source.value),
                                       values(output.value));
                        }});
  if (!compiler.training()) return;
  compiler.add_backward({name + " backward", [=] {
                           norm_gradient_sums(norm->shape, norm->scale, norm->layer.gelu, values(source.value),
                                              values(output.gradient), norm->first.data(), norm->second.data());
                           for (std::int64_t c = 0; c < norm->channels; ++c) {
                             Norm::floats(diff_bias)[c] = static_cast<float>(norm->first[c]);
                           }
                           if (!source.gradient) return;
                           norm_backward(norm->shape, norm->scale, norm->layer.gelu, norm->first.data(),
                                         norm->second.data(), values(source.value), values(output.gradient),
                                         values(source.gradient));
                         }});
}

}  // namespace

Activation compile_batch_norm(Compiler& compiler, const Activation& input, const BatchNorm& layer,
                              const std::vector<ParameterSpec>& specs) {
  const Dims dims = dims_of(input.value.get_desc());
  if (dims.size() != 4 || dims[1] != input.shape.channels) {
    throw Error(fmt::format("layer {}: batch normalisation reads the channels of images", layer.name));
  }
  const Activation source = compiler.convert(input, Desc(dims, compiler.type(), kBlocked), layer.name);
  Activation output = compiler.make_activation(source.value.get_desc(), input.shape, compiler.training());
  const auto norm = std::make_shared<Norm>(layer, NormShape{dims[0], block_count(dims[1]), dims[2] * dims[3]}, dims[1]);
  const Desc per_channel = plain_desc({dims[1]}, DataType::f32);
  const CompiledParameter& bias = compiler.add_parameter(specs[0], per_channel);
  norm->bias = bias.value;
  norm->running_mean = compiler.add_parameter(specs[1], per_channel).value;
  norm->running_var = compiler.add_parameter(specs[2], per_channel).value;
  if (compiler.precision() == Precision::bf16) {
    add_steps<Bf16>(compiler, norm, source, output, bias.gradient);
  } else {
    add_steps<float>(compiler, norm, source, output, bias.gradient);
  }
  compiler.keep({source.value, source.gradient, output.value, output.gradient});
  return output;
}

}  // namespace ersatz::nn
