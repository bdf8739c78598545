#pragma once

// Everything that differs between oneDNN 2.6 (operation descriptors) and 3.x (none) is in
// onednn.cpp. This header is private to the room.

#include <cstdint>
#include <dnnl.hpp>
#include <unordered_map>

#include "base/error.hpp"
#include "nn/channel_block.hpp"
#include "nn/precision.hpp"

namespace ersatz::nn {

using Desc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;
using DataType = dnnl::memory::data_type;
using Arguments = std::unordered_map<int, dnnl::memory>;  ///< what a primitive reads and writes, by DNNL_ARG_...

/// Limited to what ERSATZ_MAX_ISA allows, as all of oneDNN is once this or engine() was called.
dnnl::cpu_isa effective_cpu_isa();

dnnl::engine& engine();
/// One per thread: networks may run in several threads at once, each in its own.
dnnl::stream& stream();

DataType data_type(Precision precision);

/// The layout of our own loops (channel_block.hpp).
constexpr auto kBlocked = dnnl::memory::format_tag::nChw16c;

/// Row-major: nchw for four dimensions, nc for two, x for one.
Desc plain_desc(const Dims& dims, DataType type);
/// The layout is the primitive's choice.
Desc any_desc(const Dims& dims, DataType type);
Dims dims_of(const Desc& desc);
DataType type_of(const Desc& desc);
/// Whether the descriptor is plain_desc() of its own dimensions and type.
bool is_plain(const Desc& desc);
/// Whether the descriptor lies in memory as `tag` says.
bool has_tag(const Desc& desc, dnnl::memory::format_tag tag);

/// What oneDNN's error means when it has no bf16 kernel here, as below AVX-512; throws the error again when it means
/// something else. For use in a catch block.
Error missing_precision(const dnnl::error& error, Precision precision);

/// Memory for a tensor, zeroed. Throws Error when there is not enough.
dnnl::memory allocate(const Desc& desc);
/// Bytes that a primitive works in while it runs. oneDNN keeps one such place for all primitives of a thread.
std::size_t scratch_bytes(const dnnl::primitive& primitive);
/// What oneDNN's error means when it could take no memory; throws the error again when it means something else. For use
/// in a catch block.
Error missing_memory(const dnnl::error& error);
/// Number of floats an f32 memory holds, padding included.
std::size_t float_count(const dnnl::memory& memory);

// Primitive descriptors. Descriptors given as any_desc() are chosen by the primitive; an empty one for the bias means
// no bias. All convolutions have stride 1 and `padding` zeros on each side; `relu` is fused.

dnnl::convolution_forward::primitive_desc conv_forward(bool training, const Desc& src, const Desc& weights,
                                                       const Desc& bias, const Desc& dst, std::int64_t padding,
                                                       bool relu);
dnnl::convolution_backward_data::primitive_desc conv_backward_data(
    const Desc& diff_src, const Desc& weights, const Desc& diff_dst, std::int64_t padding,
    const dnnl::convolution_forward::primitive_desc& forward);
dnnl::convolution_backward_weights::primitive_desc conv_backward_weights(
    const Desc& src, const Desc& diff_weights, const Desc& diff_bias, const Desc& diff_dst, std::int64_t padding,
    const dnnl::convolution_forward::primitive_desc& forward);

dnnl::inner_product_forward::primitive_desc dense_forward(bool training, const Desc& src, const Desc& weights,
                                                          const Desc& bias, const Desc& dst, bool relu);
dnnl::inner_product_backward_data::primitive_desc dense_backward_data(
    const Desc& diff_src, const Desc& weights, const Desc& diff_dst,
    const dnnl::inner_product_forward::primitive_desc& forward);
dnnl::inner_product_backward_weights::primitive_desc dense_backward_weights(
    const Desc& src, const Desc& diff_weights, const Desc& diff_bias, const Desc& diff_dst,
    const dnnl::inner_product_forward::primitive_desc& forward);

enum class Pooling { max, average };
/// Pooling over `window` (height, width) with a stride of the same; what does not fill a window is dropped.
dnnl::pooling_forward::primitive_desc pool_forward(bool training, Pooling kind, const Desc& src, const Desc& dst,
                                                   const Dims& window);
dnnl::pooling_backward::primitive_desc pool_backward(Pooling kind, const Desc& diff_src, const Desc& diff_dst,
                                                     const Dims& window,
                                                     const dnnl::pooling_forward::primitive_desc& forward);

/// ReLU backward from the output: gradient and output share a layout.
dnnl::eltwise_backward::primitive_desc relu_backward(const Desc& output);

}  // namespace ersatz::nn
