#include "nn/onednn.hpp"

#include <cstring>
#include <optional>

#include "base/isa.hpp"
#include "base/memory.hpp"

namespace ersatz::nn {
namespace {

using dnnl::algorithm;
using dnnl::prop_kind;

constexpr bool kDescriptors = DNNL_VERSION_MAJOR < 3;

prop_kind forward_kind(bool training) { return training ? prop_kind::forward_training : prop_kind::forward_inference; }

dnnl::primitive_attr fused_relu(bool relu) {
  dnnl::primitive_attr attributes;
  if (relu) {
    dnnl::post_ops operations;
#if DNNL_VERSION_MAJOR < 3
    operations.append_eltwise(1.0F, algorithm::eltwise_relu, 0.0F, 0.0F);
#else
    operations.append_eltwise(algorithm::eltwise_relu, 0.0F, 0.0F);
#endif
    attributes.set_post_ops(operations);
  }
  return attributes;
}

// The one place where the two interfaces differ for every primitive: 2.6 wraps the arguments in an
// operation descriptor, 3.x takes the engine first.
template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe_forward(const dnnl::primitive_attr& attributes,
                                                    const Arguments&... arguments) {
  if constexpr (kDescriptors) {
    return {typename Primitive::desc(arguments...), attributes, engine()};
  } else {
    return {engine(), arguments..., attributes};
  }
}

template <typename Primitive, typename Hint, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const Hint& forward, const Arguments&... arguments) {
  if constexpr (kDescriptors) {
    return {typename Primitive::desc(arguments...), engine(), forward};
  } else {
    return {engine(), arguments..., forward};
  }
}

algorithm pooling_algorithm(Pooling kind) {
  return kind == Pooling::max ? algorithm::pooling_max : algorithm::pooling_avg_exclude_padding;
}

const Dims kStride{1, 1};

// Nothing for a set that is no limit.
std::optional<dnnl::cpu_isa> onednn_limit(Isa limit) {
  switch (limit) {
    case Isa::sse: return dnnl::cpu_isa::sse41;
    case Isa::avx2: return dnnl::cpu_isa::avx2;
    case Isa::avx512: return dnnl::cpu_isa::avx512_core;
    case Isa::avx512_bf16: return dnnl::cpu_isa::avx512_core_bf16;
    default: return std::nullopt;
  }
}

// oneDNN takes a limit before it is asked for its instruction set or makes its first primitive, and never again.
void limit_onednn() {
  const auto limit = isa_limit();
  const auto isa = limit ? onednn_limit(*limit) : std::nullopt;
  if (isa && dnnl::set_max_cpu_isa(*isa) != dnnl::status::success) {
    throw Error("this oneDNN cannot be limited to an instruction set", "unset ERSATZ_MAX_ISA");
  }
}

}  // namespace

dnnl::cpu_isa effective_cpu_isa() {
  static const dnnl::cpu_isa isa = (limit_onednn(), dnnl::get_effective_cpu_isa());
  return isa;
}

dnnl::engine& engine() {
  effective_cpu_isa();  // first of all
  static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

dnnl::stream& stream() {
  thread_local dnnl::stream instance(engine());
  return instance;
}

DataType data_type(Precision precision) { return precision == Precision::bf16 ? DataType::bf16 : DataType::f32; }

Desc plain_desc(const Dims& dims, DataType type) {
  Dims strides(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return Desc(dims, type, strides);
}

Desc any_desc(const Dims& dims, DataType type) { return Desc(dims, type, dnnl::memory::format_tag::any); }

Dims dims_of(const Desc& desc) {
#if DNNL_VERSION_MAJOR < 3
  return desc.dims();
#else
  return desc.get_dims();
#endif
}

DataType type_of(const Desc& desc) {
#if DNNL_VERSION_MAJOR < 3
  return desc.data_type();
#else
  return desc.get_data_type();
#endif
}

bool is_plain(const Desc& desc) { return desc == plain_desc(dims_of(desc), type_of(desc)); }

bool has_tag(const Desc& desc, dnnl::memory::format_tag tag) { return desc == Desc(dims_of(desc), type_of(desc), tag); }

Error missing_precision(const dnnl::error& error, Precision precision) {
  if (precision != Precision::bf16 || error.status != dnnl_unimplemented) throw error;
  return Error("oneDNN has no bf16 for this on " + engine_info().isa, "choose precision auto or f32");
}

dnnl::memory allocate(const Desc& desc) {
  try {
    dnnl::memory memory(desc, engine());
    if (desc.get_size() > 0) std::memset(memory.get_data_handle(), 0, desc.get_size());
    return memory;
  } catch (const dnnl::error& error) {
    throw missing_memory(error);
  }
}

std::size_t scratch_bytes(const dnnl::primitive& primitive) {
  std::int64_t bytes = 0;
  const auto status =
      dnnl_primitive_desc_query(primitive.get_primitive_desc(), dnnl_query_memory_consumption_s64, 0, &bytes);
  return status == dnnl_success ? static_cast<std::size_t>(bytes) : 0;
}

Error missing_memory(const dnnl::error& error) {
  if (error.status != dnnl_out_of_memory) throw error;
  return Error("not enough memory: oneDNN could not take what a network needs", std::string(kLessMemory));
}

std::size_t float_count(const dnnl::memory& memory) { return memory.get_desc().get_size() / sizeof(float); }

dnnl::convolution_forward::primitive_desc conv_forward(bool training, const Desc& src, const Desc& weights,
                                                       const Desc& bias, const Desc& dst, std::int64_t padding,
                                                       bool relu) {
  const Dims zeros{padding, padding};
  return describe_forward<dnnl::convolution_forward>(fused_relu(relu), forward_kind(training),
                                                     algorithm::convolution_direct, src, weights, bias, dst, kStride,
                                                     zeros, zeros);
}

dnnl::convolution_backward_data::primitive_desc conv_backward_data(
    const Desc& diff_src, const Desc& weights, const Desc& diff_dst, std::int64_t padding,
    const dnnl::convolution_forward::primitive_desc& forward) {
  const Dims zeros{padding, padding};
  return describe_backward<dnnl::convolution_backward_data>(forward, algorithm::convolution_direct, diff_src, weights,
                                                            diff_dst, kStride, zeros, zeros);
}

dnnl::convolution_backward_weights::primitive_desc conv_backward_weights(
    const Desc& src, const Desc& diff_weights, const Desc& diff_bias, const Desc& diff_dst, std::int64_t padding,
    const dnnl::convolution_forward::primitive_desc& forward) {
  const Dims zeros{padding, padding};
  return describe_backward<dnnl::convolution_backward_weights>(
      forward, algorithm::convolution_direct, src, diff_weights, diff_bias, diff_dst, kStride, zeros, zeros);
}

dnnl::inner_product_forward::primitive_desc dense_forward(bool training, const Desc& src, const Desc& weights,
                                                          const Desc& bias, const Desc& dst, bool relu) {
  return describe_forward<dnnl::inner_product_forward>(fused_relu(relu), forward_kind(training), src, weights, bias,
                                                       dst);
}

dnnl::inner_product_backward_data::primitive_desc dense_backward_data(
    const Desc& diff_src, const Desc& weights, const Desc& diff_dst,
    const dnnl::inner_product_forward::primitive_desc& forward) {
  return describe_backward<dnnl::inner_product_backward_data>(forward, diff_src, weights, diff_dst);
}

dnnl::inner_product_backward_weights::primitive_desc dense_backward_weights(
    const Desc& src, const Desc& diff_weights, const Desc& diff_bias, const Desc& diff_dst,
    const dnnl::inner_product_forward::primitive_desc& forward) {
  return describe_backward<dnnl::inner_product_backward_weights>(forward, src, diff_weights, diff_bias, diff_dst);
}

dnnl::pooling_forward::primitive_desc pool_forward(bool training, Pooling kind, const Desc& src, const Desc& dst,
                                                   const Dims& window) {
  const Dims none{0, 0};
#if DNNL_VERSION_MAJOR < 3
  return describe_forward<dnnl::pooling_forward>({}, forward_kind(training), pooling_algorithm(kind), src, dst, window,
                                                 window, none, none);
#else
  return describe_forward<dnnl::pooling_forward>({}, forward_kind(training), pooling_algorithm(kind), src, dst, window,
                                                 window, none, none, none);
#endif
}

dnnl::pooling_backward::primitive_desc pool_backward(Pooling kind, const Desc& diff_src, const Desc& diff_dst,
                                                     const Dims& window,
                                                     const dnnl::pooling_forward::primitive_desc& forward) {
  const Dims none{0, 0};
#if DNNL_VERSION_MAJOR < 3
  return describe_backward<dnnl::pooling_backward>(forward, pooling_algorithm(kind), diff_src, diff_dst, window, window,
                                                   none, none);
#else
  return describe_backward<dnnl::pooling_backward>(forward, pooling_algorithm(kind), diff_src, diff_dst, window, window,
                                                   none, none, none);
#endif
}

dnnl::eltwise_backward::primitive_desc relu_backward(const Desc& output) {
  const auto kind = algorithm::eltwise_relu_use_dst_for_bwd;
#if DNNL_VERSION_MAJOR < 3
  const auto forward =
      describe_forward<dnnl::eltwise_forward>({}, prop_kind::forward_training, kind, output, 0.0F, 0.0F);
  return describe_backward<dnnl::eltwise_backward>(forward, kind, output, output, 0.0F, 0.0F);
#else
  const auto forward =
      describe_forward<dnnl::eltwise_forward>({}, prop_kind::forward_training, kind, output, output, 0.0F, 0.0F);
  return describe_backward<dnnl::eltwise_backward>(forward, kind, output, output, output, 0.0F, 0.0F);
#endif
}

}  // namespace ersatz::nn
