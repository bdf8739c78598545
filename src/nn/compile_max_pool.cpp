// Implements: max pooling, forward and backward.

#include <fmt/format.h>

#include "nn/program.hpp"

namespace ersatz::nn {

Activation compile_max_pool(Compiler& compiler, const Activation& input, const MaxPool& layer, int index) {
  const Shape out_shape{input.shape.channels, input.shape.height / layer.size, input.shape.width / layer.size};
  const Dims dst_dims{compiler.batch(), out_shape.channels, out_shape.height, out_shape.width};
  const std::string name = fmt::format("pool{}", index);
  const auto forward = max_pool_forward(compiler.training(), input.value.get_desc(),
                                        any_desc(dst_dims, type_of(input.value.get_desc())), layer.size);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, static_cast<bool>(input.gradient));
  std::unordered_map<int, dnnl::memory> arguments{{DNNL_ARG_SRC, input.value}, {DNNL_ARG_DST, output.value}};
  if (compiler.training()) arguments.insert({DNNL_ARG_WORKSPACE, allocate(forward.workspace_desc())});
  compiler.add_forward(name + " forward", dnnl::pooling_forward(forward), arguments);
  if (input.gradient) {
    const auto backward = max_pool_backward(input.value.get_desc(), output.value.get_desc(), layer.size, forward);
    compiler.add_backward(name + " backward", dnnl::pooling_backward(backward),
                          {{DNNL_ARG_DIFF_DST, output.gradient},
                           {DNNL_ARG_DIFF_SRC, input.gradient},
                           {DNNL_ARG_WORKSPACE, arguments.at(DNNL_ARG_WORKSPACE)}});
  }
  return output;
}

}  // namespace ersatz::nn
