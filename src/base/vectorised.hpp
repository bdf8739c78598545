#pragma once

#include "base/isa.hpp"

namespace ersatz {

#ifdef __x86_64__
namespace vectorised_detail {

// Without fused multiply-add, which would give AVX2 other bits than it always had here.
template <auto kLoop, typename... Arguments>
[[gnu::target("avx2")]] auto on_avx2(Arguments&&... arguments) {
  return kLoop(arguments...);
}

// The x86-64-v4 level of the platform's ABI, fused multiply-add included.
template <auto kLoop, typename... Arguments>
[[gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,f16c,bmi,bmi2,lzcnt,movbe")]] auto on_avx512(
    Arguments&&... arguments) {
  return kLoop(arguments...);
}

}  // namespace vectorised_detail
#endif

/// Calls kLoop(arguments...) in the version for the widest vectors that loop_isa() allows, so that released builds run
/// anywhere and still use them. kLoop must be declared [[gnu::always_inline]] inline: each version is a copy of its
/// body, compiled for one instruction set. Throws what loop_isa() throws.
template <auto kLoop, typename... Arguments>
auto vectorised(Arguments&&... arguments) {
#ifdef __x86_64__
  const Isa isa = loop_isa();
  if (isa >= Isa::avx512) return vectorised_detail::on_avx512<kLoop>(arguments...);
  if (isa == Isa::avx2) return vectorised_detail::on_avx2<kLoop>(arguments...);
#endif
  return kLoop(arguments...);
}

}  // namespace ersatz
