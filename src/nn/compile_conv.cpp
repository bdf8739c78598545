// Implements: convolution with fused ReLU, forward and backward. choose_path() says which of the ways to compile one is
// taken; each has a function of its own.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nn/batch_norm.hpp"
#include "nn/conv_gradient.hpp"
#include "nn/weighted_layer.hpp"

namespace ersatz::nn {
namespace {

using ForwardDesc = dnnl::convolution_forward::primitive_desc;

/// One convolution: its forward primitive, and what that chose.
struct Conv {
  Compiler& compiler;
  const Conv2d& layer;
  std::int64_t padding;  ///< zeros on each side
  Dims weight_dims;
  ConvShape shape;
  WeightedLayer steps;
  ForwardDesc forward;
  Activation source, output;
};

// Left to itself, oneDNN takes channels-last activations for inference here. Which of the two is faster was measured
// layer by layer on VGG16 (docs/performance.md): blocks for 4x4 images, by up to 1.8, and in bf16 from 16x16 on, by
// .06.
bool blocks_are_faster(const Shape& input, DataType type, bool training) {
  return !training && engine_isa() >= Isa::avx512 &&
         (input.height <= 4 || (type == DataType::bf16 && input.height >= 16));
}

Conv describe_conv(Compiler& compiler, const Activation& input, const Conv2d& layer,
                   const std::vector<ParameterSpec>& specs) {
  const bool same = layer.padding == Padding::same, training = compiler.training();
  const DataType type = compiler.type();
  const std::int64_t padding = same ? (layer.kernel - 1) / 2 : 0;
  const int lost = same ? 0 : layer.kernel - 1;
  const Shape out_shape{layer.out_channels, input.shape.height - lost, input.shape.width - lost};
  const Dims src_dims{compiler.batch(), input.shape.channels, input.shape.height, input.shape.width};
  const Dims dst_dims{compiler.batch(), out_shape.channels, out_shape.height, out_shape.width};
  const Dims weight_dims(specs[0].shape.begin(), specs[0].shape.end());
  const ConvShape shape{compiler.batch(), input.shape.channels, out_shape.channels,
                        out_shape.height, out_shape.width,      layer.kernel};
  const WeightedLayer steps(compiler, layer.name, specs, out_shape);

  const bool blocked = blocks_are_faster(input.shape, type, training);
  const auto activation = [&](const Dims& dims) {
    return blocked && dims[1] % kChannelBlock == 0 ? Desc(dims, type, kBlocked) : any_desc(dims, type);
  };
  const ForwardDesc forward = conv_forward(training, activation(src_dims), any_desc(weight_dims, type),
                                           steps.bias_desc(), activation(dst_dims), padding, layer.relu);
  Activation source = compiler.convert(input, forward.src_desc(), layer.name);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, training);
  if (training && layer.relu) output.pending_relu = layer.name;
  return {compiler, layer, padding, weight_dims, shape, steps, forward, source, output};
}

void add_forward(Conv& conv) {
  conv.steps.add_forward(dnnl::convolution_forward(conv.forward), conv.forward.weights_desc(), conv.source.value,
                         conv.output.value);
}

void add_backward_data(Conv& conv) {
  if (!conv.source.gradient) return;
  const auto backward =
      conv_backward_data(conv.source.value.get_desc(), any_desc(conv.weight_dims, conv.compiler.type()),
                         conv.output.value.get_desc(), conv.padding, conv.forward);
  conv.steps.add_backward_data(dnnl::convolution_backward_data(backward), backward.weights_desc(), conv.output.gradient,
                               conv.source.gradient);
}

void compile_inference(Conv& conv) {
  conv.steps.add_parameters(plain_desc(conv.weight_dims, DataType::f32));
  add_forward(conv);
}

void compile_frozen(Conv& conv) {
  conv.steps.add_parameters(plain_desc(conv.weight_dims, DataType::f32));
  add_forward(conv);
  if (conv.layer.bias) {
    const NormShape shape{conv.shape.images, block_count(conv.shape.out_channels),
                          conv.shape.height * conv.shape.width};
    const bool bf16 = conv.compiler.precision() == Precision::bf16;
    conv.compiler.add_backward(
        {conv.layer.name + " backward bias",
         [=, from = conv.output.gradient, to = conv.steps.bias().gradient, channels = conv.shape.out_channels,
          sums = std::vector<double>(shape.channels())]() mutable {
           const void* values = from.get_data_handle();
           bf16 ? channel_sums(shape, static_cast<const Bf16*>(values), sums.data())
                : channel_sums(shape, static_cast<const float*>(values), sums.data());
           auto* gradient = static_cast<float*>(to.get_data_handle());
           for (std::int64_t c = 0; c < channels; ++c) gradient[c] = static_cast<float>(sums[c]);
         }});
  }
  add_backward_data(conv);
}

void compile_own_gradient(Conv& conv) {
  conv.steps.add_parameters(Desc(conv.weight_dims, DataType::f32, dnnl::memory::format_tag::ohwi));
  add_forward(conv);
  const bool taken = conv.compiler.take(ConvGradient::memory_bytes(conv.shape));
  const auto gradient = taken ? std::make_shared<ConvGradient>(conv.shape, conv.compiler.precision()) : nullptr;
  conv.compiler.add_backward({conv.layer.name + " backward weights",
                              [gradient, source = conv.source.value, diff = conv.output.gradient,
                               weights = conv.steps.weights().gradient, bias = conv.steps.bias().gradient] {
                                gradient->run(source.get_data_handle(), diff.get_data_handle(),
                                              static_cast<float*>(weights.get_data_handle()),
                                              bias ? static_cast<float*>(bias.get_data_handle()) : nullptr);
                              },
                              conv.steps.flops()});
  add_backward_data(conv);
}

using GradientDesc = dnnl::convolution_backward_weights::primitive_desc;

GradientDesc describe_gradient(const Conv& conv, const Desc& src, const Desc& dst) {
  return conv_backward_weights(src, any_desc(conv.weight_dims, DataType::f32), conv.steps.bias_desc(), dst,
                               conv.padding, conv.forward);
}

bool is_reference(const GradientDesc& gradient) {
  return std::string_view(gradient.impl_info_str()).starts_with("ref");
}

// For images smaller than the kernel oneDNN has nothing but its reference on AVX2, a hundred times slower, unless they
// lie in plain planes.
bool compile_plain_gradient(Conv& conv) {
  const Shape &in = conv.source.shape, &out = conv.output.shape;
  const DataType type = conv.compiler.type();
  const Desc src = plain_desc({conv.shape.images, in.channels, in.height, in.width}, type);
  const Desc dst = plain_desc({conv.shape.images, out.channels, out.height, out.width}, type);
  const GradientDesc backward = describe_gradient(conv, src, dst);
  if (is_reference(backward)) return false;
  conv.steps.add_parameters(backward.diff_weights_desc());
  add_forward(conv);
  const dnnl::memory plain_src = conv.compiler.allocate(src), plain_dst = conv.compiler.allocate(dst);
  const std::string name = conv.layer.name + " reorder backward";
  conv.compiler.add_backward(conv.compiler.reorder_step(name, conv.source.value, plain_src));
  conv.compiler.add_backward(conv.compiler.reorder_step(name, conv.output.gradient, plain_dst));
  conv.steps.add_backward_weights(dnnl::convolution_backward_weights(backward), plain_src, plain_dst,
                                  conv.steps.weights().gradient);
  add_backward_data(conv);
  return true;
}

void compile_onednn_gradient(Conv& conv) {
  const GradientDesc backward = describe_gradient(conv, conv.source.value.get_desc(), conv.output.value.get_desc());
  if (!conv.layer.frozen && is_reference(backward) && compile_plain_gradient(conv)) return;
  conv.steps.add_parameters(backward.diff_weights_desc());
  add_forward(conv);
  // Of frozen weights the gradient is written and not used.
  const dnnl::memory diff_weights =
      conv.layer.frozen ? conv.compiler.allocate(backward.diff_weights_desc()) : conv.steps.weights().gradient;
  conv.steps.add_backward_weights(dnnl::convolution_backward_weights(backward), conv.source.value, conv.output.gradient,
                                  diff_weights);
  add_backward_data(conv);
}

using Path = void (*)(Conv&);

Path choose_path(const Conv& conv) {
  if (!conv.compiler.training()) return compile_inference;
  // Our own loops read blocks of channels; oneDNN takes others where it has too few channels, or AMX.
  const bool blocked_output = has_tag(conv.output.value.get_desc(), kBlocked);
  // Frozen weights need no gradient, and the bias's is but a sum.
  if (conv.layer.frozen && (!conv.layer.bias || blocked_output)) return compile_frozen;
  // The weight gradient is oneDNN's slowest pass, so ours stands in for it wherever it can and is faster.
  if (!conv.layer.frozen && conv.layer.padding == Padding::same && blocked_output &&
      has_tag(conv.source.value.get_desc(), kBlocked) &&
      ConvGradient::preferred(engine_isa(), conv.compiler.precision(), conv.shape)) {
    return compile_own_gradient;
  }
  return compile_onednn_gradient;
}

// Of 2x2 images a convolution is a small dense product, which spares the multiplications with the padding.
bool is_dense_product(const Compiler& compiler, const Shape& input, const Conv2d& layer) {
  return !compiler.training() && layer.padding == Padding::same && layer.bias && layer.kernel == 3 &&
         input.height == 2 && input.width == 2;
}

}  // namespace

Activation compile_conv(Compiler& compiler, const Activation& input, const Conv2d& layer,
                        const std::vector<ParameterSpec>& specs) {
  if (is_dense_product(compiler, input.shape, layer)) return compile_conv_2x2(compiler, input, layer, specs);
  Conv conv = describe_conv(compiler, input, layer, specs);
  choose_path(conv)(conv);
  return conv.output;
}

}  // namespace ersatz::nn
