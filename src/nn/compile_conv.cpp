// Implements: convolution with fused ReLU, forward and backward.

#include <memory>
#include <utility>
#include <vector>

#include "nn/batch_norm.hpp"
#include "nn/conv_gradient.hpp"
#include "nn/program.hpp"

namespace ersatz::nn {
namespace {

const auto kBlocked = dnnl::memory::format_tag::nChw16c;

// Where conv_gradient.hpp's loops fit what the other passes chose.
bool own_gradient(const Activation& source, const Activation& output, Precision precision, const ConvShape& shape,
                  Padding padding) {
  return padding == Padding::same && has_tag(source.value.get_desc(), kBlocked) &&
         has_tag(output.value.get_desc(), kBlocked) && ConvGradient::fits(shape, precision);
}

// The bias's gradient without that of the weights, which are frozen.
Step bias_gradient(const std::string& name, const Activation& output, const dnnl::memory& gradient) {
  const Dims dims = dims_of(output.gradient.get_desc());
  const NormShape shape{dims[0], (dims[1] + kNormBlock - 1) / kNormBlock, dims[2] * dims[3]};
  const bool bf16 = type_of(output.gradient.get_desc()) == DataType::bf16;
  return {name, [=, sums = std::vector<double>(shape.channels())]() mutable {
            const void* values = output.gradient.get_data_handle();
            bf16 ? channel_sums(shape, static_cast<const Bf16*>(values), sums.data())
                 : channel_sums(shape, static_cast<const float*>(values), sums.data());
            auto* to = static_cast<float*>(gradient.get_data_handle());
            for (std::int64_t c = 0; c < dims[1]; ++c) to[c] = static_cast<float>(sums[c]);
          }};
}

// Left to itself, oneDNN takes channels-last activations for inference here. Which of the two is faster was measured
// layer by layer on VGG16 (docs/performance.md): blocks for 4x4 images, by up to 1.8, and in bf16 from 16x16 on, by
// .06.
bool blocks_are_faster(const Shape& input, DataType type, bool training) {
  return !training && has_avx512() && (input.height <= 4 || (type == DataType::bf16 && input.height >= 16));
}

}  // namespace

Activation compile_conv(Compiler& compiler, const Activation& input, const Conv2d& layer,
                        const std::vector<ParameterSpec>& specs) {
  const bool same = layer.padding == Padding::same;
  if (!compiler.training() && same && layer.bias && layer.kernel == 3 && input.shape.height == 2 &&
      input.shape.width == 2) {
    return compile_conv_2x2(compiler, input, layer, specs);
  }
  const DataType type = compiler.type();
  const bool training = compiler.training();
  const std::int64_t padding = same ? (layer.kernel - 1) / 2 : 0;
  const int lost = same ? 0 : layer.kernel - 1;
  const Shape out_shape{layer.out_channels, input.shape.height - lost, input.shape.width - lost};
  const Dims src_dims{compiler.batch(), input.shape.channels, input.shape.height, input.shape.width};
  const Dims dst_dims{compiler.batch(), out_shape.channels, out_shape.height, out_shape.width};
  const Dims weight_dims(specs[0].shape.begin(), specs[0].shape.end());
  const Desc bias = layer.bias ? plain_desc({layer.out_channels}, DataType::f32) : Desc();

  const bool blocked = blocks_are_faster(input.shape, type, training);
  const auto activation = [&](const Dims& dims) {
    return blocked && dims[1] % 16 == 0 ? Desc(dims, type, kBlocked) : any_desc(dims, type);
  };
  const auto forward = conv_forward(training, activation(src_dims), any_desc(weight_dims, type), bias,
                                    activation(dst_dims), padding, layer.relu);
  const Activation source = compiler.convert(input, forward.src_desc(), layer.name);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, training);
  if (training && layer.relu) output.pending_relu = layer.name;
  const double flops = compiler.flops(specs[0], out_shape);

  const auto add_bias = [&] { return layer.bias ? compiler.add_parameter(specs[1], bias) : CompiledParameter{}; };
  const auto add_forward = [&](const CompiledParameter& weights, const CompiledParameter& biases) {
    Arguments arguments{{DNNL_ARG_SRC, source.value},
                        {DNNL_ARG_WEIGHTS, compiler.parameter_view(weights, forward.weights_desc(), "forward")},
                        {DNNL_ARG_DST, output.value}};
    if (layer.bias) arguments.insert({DNNL_ARG_BIAS, biases.value});
    compiler.add_forward(layer.name + " forward", dnnl::convolution_forward(forward), std::move(arguments), flops);
  };
  const auto add_backward_data = [&](const CompiledParameter& weights) {
    if (!source.gradient) return;
    const auto backward_data = conv_backward_data(source.value.get_desc(), any_desc(weight_dims, type),
                                                  output.value.get_desc(), padding, forward);
    compiler.add_backward(
        layer.name + " backward data", dnnl::convolution_backward_data(backward_data),
        {{DNNL_ARG_DIFF_DST, output.gradient},
         {DNNL_ARG_WEIGHTS, compiler.parameter_view(weights, backward_data.weights_desc(), "backward data")},
         {DNNL_ARG_DIFF_SRC, source.gradient}},
        flops, Compiler::For::below);
  };
  if (!training) {
    auto& weights = compiler.add_parameter(specs[0], plain_desc(weight_dims, DataType::f32));
    add_forward(weights, add_bias());
    return output;
  }

  if (layer.frozen && (!layer.bias || has_tag(output.value.get_desc(), kBlocked))) {
    auto& weights = compiler.add_parameter(specs[0], plain_desc(weight_dims, DataType::f32));
    const CompiledParameter biases = add_bias();
    add_forward(weights, biases);
    if (layer.bias) compiler.add_backward(bias_gradient(layer.name + " backward bias", output, biases.gradient));
    add_backward_data(weights);
    return output;
  }
  const ConvShape conv_shape{compiler.batch(), input.shape.channels, out_shape.channels,
                             out_shape.height, out_shape.width,      layer.kernel};
  if (!layer.frozen && own_gradient(source, output, compiler.precision(), conv_shape, layer.padding)) {
    auto& weights = compiler.add_parameter(specs[0], Desc(weight_dims, DataType::f32, dnnl::memory::format_tag::ohwi));
    const CompiledParameter biases = add_bias();
    add_forward(weights, biases);
    const auto gradient = std::make_shared<ConvGradient>(conv_shape, compiler.precision());
    compiler.add_backward({layer.name + " backward weights",
                           [=, weights = weights.gradient, biases = biases.gradient] {
                             gradient->run(source.value.get_data_handle(), output.gradient.get_data_handle(),
                                           static_cast<float*>(weights.get_data_handle()),
                                           biases ? static_cast<float*>(biases.get_data_handle()) : nullptr);
                           },
                           flops});
    add_backward_data(weights);
    return output;
  }
  const auto backward_weights = conv_backward_weights(source.value.get_desc(), any_desc(weight_dims, DataType::f32),
                                                      bias, output.value.get_desc(), padding, forward);
  auto& weights = compiler.add_parameter(specs[0], backward_weights.diff_weights_desc());
  const CompiledParameter biases = add_bias();
  add_forward(weights, biases);
  // Of frozen weights the gradient is written and not used.
  Arguments gradients{
      {DNNL_ARG_SRC, source.value},
      {DNNL_ARG_DIFF_DST, output.gradient},
      {DNNL_ARG_DIFF_WEIGHTS, layer.frozen ? allocate(backward_weights.diff_weights_desc()) : weights.gradient}};
  if (layer.bias) gradients.insert({DNNL_ARG_DIFF_BIAS, biases.gradient});
  compiler.add_backward(layer.name + " backward weights", dnnl::convolution_backward_weights(backward_weights),
                        std::move(gradients), flops);
  add_backward_data(weights);
  return output;
}

}  // namespace ersatz::nn
