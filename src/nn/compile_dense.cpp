// Implements: fully connected layer with fused ReLU, forward and backward.

#include <string_view>

#include "nn/weighted_layer.hpp"

namespace ersatz::nn {
namespace {

// Plain [n, c, h, w] is [n, c*h*w] without a copy; blocked layouts stay four-dimensional and the
// weights take their shape.
dnnl::memory flat_view(const dnnl::memory& memory) {
  if (!memory || dims_of(memory.get_desc()).size() == 2 || !is_plain(memory.get_desc())) return memory;
  const Dims dims = dims_of(memory.get_desc());
  const Desc flat = plain_desc({dims[0], dims[1] * dims[2] * dims[3]}, type_of(memory.get_desc()));
  return dnnl::memory(flat, engine(), memory.get_data_handle());
}

}  // namespace

Activation compile_dense(Compiler& compiler, const Activation& input, const Dense& layer,
                         const std::vector<ParameterSpec>& specs, bool last) {
  const DataType type = compiler.type();
  const bool training = compiler.training();
  Activation source{flat_view(input.value), flat_view(input.gradient), input.shape, {}};
  compiler.keep({input.value, input.gradient});
  const Dims src_dims = dims_of(source.value.get_desc());
  Dims weight_dims = src_dims;
  weight_dims[0] = layer.out_features;
  const Dims dst_dims{compiler.batch(), layer.out_features};
  const Shape out_shape{layer.out_features, 1, 1};
  WeightedLayer steps(compiler, layer.name, specs, out_shape);
  // Logits are read by the loss: f32 and plain.
  const Desc dst = last ? plain_desc(dst_dims, DataType::f32) : any_desc(dst_dims, type);

  const bool keep_layout = type_of(source.value.get_desc()) == type;
  const auto forward = dense_forward(training, keep_layout ? source.value.get_desc() : plain_desc(src_dims, type),
                                     any_desc(weight_dims, type), steps.bias_desc(), dst, layer.relu);
  source = compiler.convert(source, forward.src_desc(), layer.name);
  Activation output = compiler.make_activation(forward.dst_desc(), out_shape, training);
  if (training && layer.relu) output.pending_relu = layer.name;
  const auto add_forward = [&] {
    steps.add_forward(dnnl::inner_product_forward(forward), forward.weights_desc(), source.value, output.value);
  };
  if (!training) {
    steps.add_parameters(plain_desc(weight_dims, DataType::f32));
    add_forward();
    return output;
  }

  dnnl::memory diff_dst = output.gradient;
  if (last && type != DataType::f32) {
    diff_dst = compiler.allocate(plain_desc(dst_dims, type));
    compiler.add_backward(compiler.reorder_step(layer.name + " reorder backward", output.gradient, diff_dst));
  }
  const auto backward_weights = dense_backward_weights(source.value.get_desc(), any_desc(weight_dims, DataType::f32),
                                                       steps.bias_desc(), diff_dst.get_desc(), forward);
  steps.add_parameters(backward_weights.diff_weights_desc());
  add_forward();
  steps.add_backward_weights(dnnl::inner_product_backward_weights(backward_weights), source.value, diff_dst,
                             steps.weights().gradient);
  if (source.gradient) {
    auto backward_data =
        dense_backward_data(source.value.get_desc(), any_desc(weight_dims, type), diff_dst.get_desc(), forward);
    // A plain matrix product reads the weights as they lie for the forward pass, too, and spares a transposed copy.
    const auto same_weights =
        dense_backward_data(source.value.get_desc(), forward.weights_desc(), diff_dst.get_desc(), forward);
    if (std::string_view(same_weights.impl_info_str()) == backward_data.impl_info_str()) backward_data = same_weights;
    steps.add_backward_data(dnnl::inner_product_backward_data(backward_data), backward_data.weights_desc(), diff_dst,
                            source.gradient);
  }
  return output;
}

}  // namespace ersatz::nn
