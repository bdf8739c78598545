// Implements: max pooling and global average pooling, forward and backward.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nn/max_pool.hpp"
#include "nn/program.hpp"

namespace ersatz::nn {
namespace {

// The input as max_pool.hpp sees it, if its layout is the one that those loops read.
std::optional<PoolShape> pool_shape(const Activation& input, const Shape& output) {
  const std::int64_t blocks = block_count(input.shape.channels);
  const std::int64_t n = dims_of(input.value.get_desc())[0];
  if (has_tag(input.value.get_desc(), kBlocked)) {
    return PoolShape{n * blocks, input.shape.height, input.shape.width, output.height, output.width};
  }
  return std::nullopt;
}

// Pooling 2x2 of a ReLU's output: the backward pass of both in one loop.
template <typename T>
void add_fused_pool(Compiler& compiler, const Activation& input, const Activation& output, const PoolShape& shape,
                    const std::string& name) {
  const auto values = [](const dnnl::memory& memory) { return static_cast<T*>(memory.get_data_handle()); };
  const auto count = static_cast<std::int64_t>(output.value.get_desc().get_size() / sizeof(T));
  const dnnl::memory places = compiler.allocate(plain_desc({count}, DataType::u8));
  const auto place = [places] { return static_cast<std::uint8_t*>(places.get_data_handle()); };
  compiler.add_forward(
      {name + " forward", [=] { max_pool_forward(shape, values(input.value), values(output.value), place()); }});
  if (!input.gradient) return;
  compiler.add_backward({name + " and " + input.pending_relu + " relu backward", [=] {
                           max_pool_relu_backward(shape, values(output.value), place(), values(output.gradient),
                                                  values(input.gradient));
                         }});
}

}  // namespace

Activation compile_pool(Compiler& compiler, Activation input, Pooling kind, const Dims& window, Shape out_shape,
                        const std::string& name) {
  const DataType type = type_of(input.value.get_desc());
  const Dims dst_dims{compiler.batch(), out_shape.channels, out_shape.height, out_shape.width};
  const auto forward =
      pool_forward(compiler.training(), kind, input.value.get_desc(), any_desc(dst_dims, type), window);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, static_cast<bool>(input.gradient));

  const auto shape = pool_shape(input, out_shape);
  if (compiler.training() && kind == Pooling::max && window == Dims{2, 2} && !input.pending_relu.empty() && shape &&
      has_tag(forward.dst_desc(), kBlocked)) {
    if (type == DataType::bf16) {
      add_fused_pool<std::int16_t>(compiler, input, output, *shape, name);
    } else {
      add_fused_pool<std::int32_t>(compiler, input, output, *shape, name);
    }
    return output;
  }

  compiler.add_relu_backward(input);
  compiler.begin_backward_group();
  Arguments arguments{{DNNL_ARG_SRC, input.value}, {DNNL_ARG_DST, output.value}};
  const bool workspace = compiler.training() && kind == Pooling::max;  // where each maximum was
  if (workspace) arguments.insert({DNNL_ARG_WORKSPACE, compiler.allocate(forward.workspace_desc())});
  compiler.add_forward(name + " forward", dnnl::pooling_forward(forward), arguments);
  if (input.gradient) {
    const auto backward = pool_backward(kind, input.value.get_desc(), output.value.get_desc(), window, forward);
    Arguments backward_arguments{{DNNL_ARG_DIFF_DST, output.gradient}, {DNNL_ARG_DIFF_SRC, input.gradient}};
    if (workspace) backward_arguments.insert({DNNL_ARG_WORKSPACE, arguments.at(DNNL_ARG_WORKSPACE)});
    compiler.add_backward(name + " backward", dnnl::pooling_backward(backward), backward_arguments);
  }
  return output;
}

}  // namespace ersatz::nn
