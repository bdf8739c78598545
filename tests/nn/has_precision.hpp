#pragma once

#include "nn/precision.hpp"

namespace ersatz::nn::testing {

/// Whether oneDNN computes in this precision here: it has bf16 from AVX-512 on, though slow without products in
/// hardware. Tests in a precision that is missing are skipped.
inline bool has_precision(Precision precision) { return precision == Precision::f32 || engine_isa() >= Isa::avx512; }

}  // namespace ersatz::nn::testing
