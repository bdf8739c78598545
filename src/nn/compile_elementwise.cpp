// Implements: GELU, logits times a constant, and two logits of one number, forward and backward.

#include "nn/gelu.hpp"
#include "nn/program.hpp"

namespace ersatz::nn {
namespace {

template <typename T>
T* values(const dnnl::memory& memory) {
  return static_cast<T*>(memory.get_data_handle());
}

// The padding of a blocked layout is zero and stays zero: gelu(0) = 0.
template <typename T>
void add_gelu(Compiler& compiler, const Activation& input, const Activation& output, const std::string& name) {
  const std::size_t n = input.value.get_desc().get_size() / sizeof(T);
  compiler.add_forward({name + " forward", [=] { gelu_forward(n, values<T>(input.value), values<T>(output.value)); }});
  if (!input.gradient) return;
  compiler.add_backward(
      {name + " backward",
       [=] { gelu_backward(n, values<T>(input.value), values<T>(output.gradient), values<T>(input.gradient)); }});
}

void multiply(const dnnl::memory& from, float factor, const dnnl::memory& to) {
  const auto* source = values<float>(from);
  auto* target = values<float>(to);
  for (std::size_t i = 0; i < float_count(from); ++i) target[i] = source[i] * factor;
}

}  // namespace

Activation compile_gelu(Compiler& compiler, const Activation& input, const std::string& name) {
  Activation output = compiler.make_activation(input.value.get_desc(), input.shape, static_cast<bool>(input.gradient));
  if (type_of(input.value.get_desc()) == DataType::bf16) {
    add_gelu<Bf16>(compiler, input, output, name);
  } else {
    add_gelu<float>(compiler, input, output, name);
  }
  compiler.keep({input.value, input.gradient, output.value, output.gradient});
  return output;
}

Activation compile_scale(Compiler& compiler, const Activation& input, const Scale& layer, const std::string& name) {
  const Activation source = compiler.convert(input, plain_desc(dims_of(input.value.get_desc()), DataType::f32), name);
  Activation output =
      compiler.make_activation(source.value.get_desc(), source.shape, static_cast<bool>(source.gradient));
  const auto factor = static_cast<float>(layer.factor);
  compiler.add_forward({name + " forward", [=] { multiply(source.value, factor, output.value); }});
  if (source.gradient) {
    compiler.add_backward({name + " backward", [=] { multiply(output.gradient, factor, source.gradient); }});
  }
  return output;
}

Activation compile_two_logits(Compiler& compiler, const Activation& input, const std::string& name) {
  const Activation one = compiler.convert(input, plain_desc(dims_of(input.value.get_desc()), DataType::f32), name);
  const std::size_t n = float_count(one.value);
  Activation two = compiler.make_activation(plain_desc({static_cast<std::int64_t>(n), 2}, DataType::f32), {2, 1, 1},
                                            static_cast<bool>(one.gradient));
  compiler.add_forward({name + " forward", [=] {
                          const auto* z = values<float>(one.value);
                          auto* logits = values<float>(two.value);
                          for (std::size_t i = 0; i < n; ++i) {
                            logits[2 * i] = -z[i] / 2;
                            logits[2 * i + 1] = z[i] / 2;
                          }
                        }});
  if (one.gradient) {
    compiler.add_backward({name + " backward", [=] {
                             const auto* of_logits = values<float>(two.gradient);
                             auto* gradient = values<float>(one.gradient);
                             for (std::size_t i = 0; i < n; ++i) {
                               gradient[i] = (of_logits[2 * i + 1] - of_logits[2 * i]) / 2;
                             }
                           }});
  }
  return two;
}

}  // namespace ersatz::nn
