// Implements: 3x3 same convolution of 2x2 images, forward only, as one dense product. Each of the
// four output positions sees all four input positions through another tap of the kernel, so a
// matrix [4 out, 4 in] holds every tap that does not meet padding: 16 products instead of 36.

#include <fmt/format.h>

#include "nn/program.hpp"

namespace ersatz::nn {
namespace {

constexpr int kPositions = 4;

Desc channels_last(std::int64_t batch, std::int64_t channels, DataType type) {
  return Desc({batch, channels, 2, 2}, type, dnnl::memory::format_tag::nhwc);
}

dnnl::memory view(const Desc& desc, const dnnl::memory& memory, std::int64_t offset_in_floats = 0) {
  auto* begin = static_cast<float*>(memory.get_data_handle());
  return dnnl::memory(desc, engine(), begin == nullptr ? DNNL_MEMORY_NONE : begin + offset_in_floats);
}

}  // namespace

Activation compile_conv_2x2(Compiler& compiler, const Activation& input, const Conv2d& layer,
                            const std::vector<ParameterSpec>& specs) {
  const std::int64_t batch = compiler.batch(), in = input.shape.channels, out = layer.out_channels;
  const DataType type = compiler.type();
  const Activation source = compiler.convert(input, channels_last(batch, in, type), layer.name);
  Activation output = compiler.make_activation(channels_last(batch, out, type), {layer.out_channels, 2, 2}, false);

  auto& weights = compiler.add_parameter(specs[0], plain_desc({out, in, 3, 3}, DataType::f32));
  auto& biases = compiler.add_parameter(specs[1], plain_desc({out}, DataType::f32));
  // Rows (output position, out), columns (input position, in): the order of channels-last memory.
  const dnnl::memory matrix = compiler.allocate(plain_desc({kPositions * out, kPositions * in}, DataType::f32));
  const dnnl::memory repeated_bias = compiler.allocate(plain_desc({kPositions * out}, DataType::f32));
  const Desc tap({out, in}, DataType::f32, Dims{in * 9, 9});
  const Desc block({out, in}, DataType::f32, Dims{kPositions * in, 1});
  const Desc bias_part = plain_desc({out}, DataType::f32);
  for (int to = 0; to < kPositions; ++to) {
    for (int from = 0; from < kPositions; ++from) {
      const int ky = from / 2 - to / 2 + 1, kx = from % 2 - to % 2 + 1;
      compiler.add_weights_copy(fmt::format("{} tap {}", specs[0].name, ky * 3 + kx),
                                view(tap, weights.value, ky * 3 + kx),
                                view(block, matrix, (to * out * kPositions + from) * in));
    }
    compiler.add_weights_copy(specs[1].name, view(bias_part, biases.value), view(bias_part, repeated_bias, to * out));
  }

  const auto forward = dense_forward(false, plain_desc({batch, kPositions * in}, type),
                                     any_desc({kPositions * out, kPositions * in}, type), repeated_bias.get_desc(),
                                     plain_desc({batch, kPositions * out}, type), layer.relu);
  const dnnl::memory packed = compiler.allocate(forward.weights_desc());
  compiler.add_weights_copy(specs[0].name + " for forward", matrix, packed);
  compiler.add_forward(layer.name + " forward", dnnl::inner_product_forward(forward),
                       {{DNNL_ARG_SRC, view(forward.src_desc(), source.value)},
                        {DNNL_ARG_WEIGHTS, packed},
                        {DNNL_ARG_BIAS, repeated_bias},
                        {DNNL_ARG_DST, view(forward.dst_desc(), output.value)}},
                       compiler.flops(specs[0], output.shape));
  compiler.keep({source.value, output.value});
  return output;
}

}  // namespace ersatz::nn
