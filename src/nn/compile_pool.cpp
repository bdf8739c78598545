// Implements: max pooling and global average pooling, forward and backward.

#include "nn/program.hpp"

namespace ersatz::nn {

Activation compile_pool(Compiler& compiler, const Activation& input, Pooling kind, Dims window, Shape out_shape,
                        const std::string& name) {
  const Dims dst_dims{compiler.batch(), out_shape.channels, out_shape.height, out_shape.width};
  const auto forward = pool_forward(compiler.training(), kind, input.value.get_desc(),
                                    any_desc(dst_dims, type_of(input.value.get_desc())), window);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, static_cast<bool>(input.gradient));
  std::unordered_map<int, dnnl::memory> arguments{{DNNL_ARG_SRC, input.value}, {DNNL_ARG_DST, output.value}};
  const bool workspace = compiler.training() && kind == Pooling::max;  // where each maximum was
  if (workspace) arguments.insert({DNNL_ARG_WORKSPACE, allocate(forward.workspace_desc())});
  compiler.add_forward(name + " forward", dnnl::pooling_forward(forward), arguments);
  if (input.gradient) {
    const auto backward = pool_backward(kind, input.value.get_desc(), output.value.get_desc(), window, forward);
    std::unordered_map<int, dnnl::memory> backward_arguments{{DNNL_ARG_DIFF_DST, output.gradient},
                                                             {DNNL_ARG_DIFF_SRC, input.gradient}};
    if (workspace) backward_arguments.insert({DNNL_ARG_WORKSPACE, arguments.at(DNNL_ARG_WORKSPACE)});
    compiler.add_backward(name + " backward", dnnl::pooling_backward(backward), backward_arguments);
  }
  return output;
}

}  // namespace ersatz::nn
