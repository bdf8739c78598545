#pragma once

#include <functional>

#include "nn/onednn.hpp"

namespace ersatz::nn {

/// A copy from one memory to another of the same dimensions, between layouts and types (f32, bf16), to be called again
/// and again. oneDNN's reorder, except where the oneDNN in use has a broken one (see reorder.cpp).
std::function<void()> make_reorder(const dnnl::memory& from, const dnnl::memory& to);

/// Bytes that such a copy keeps besides the two memories.
std::size_t reorder_bytes(const dnnl::memory& from, const dnnl::memory& to);

/// Makes that copy once, now.
void reorder(const dnnl::memory& from, const dnnl::memory& to);

}  // namespace ersatz::nn
