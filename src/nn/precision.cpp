#include "nn/precision.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <string_view>

#include "nn/onednn.hpp"

namespace ersatz::nn {
namespace {

struct EngineIsa {
  const char* name;
  Isa isa;
};

EngineIsa effective_isa() {
  using dnnl::cpu_isa;
  switch (effective_cpu_isa()) {
    case cpu_isa::sse41: return {"sse41", Isa::sse};
    case cpu_isa::avx: return {"avx", Isa::sse};
    case cpu_isa::avx2: return {"avx2", Isa::avx2};
    case cpu_isa::avx512_core: return {"avx512_core", Isa::avx512};
    case cpu_isa::avx512_core_vnni: return {"avx512_core_vnni", Isa::avx512};
    case cpu_isa::avx512_core_bf16: return {"avx512_core_bf16", Isa::avx512_bf16};
    case cpu_isa::avx2_vnni: return {"avx2_vnni", Isa::avx2};
    case cpu_isa::avx512_core_amx: return {"avx512_core_amx", Isa::amx};
#if DNNL_VERSION_MAJOR >= 3
    case cpu_isa::avx512_core_fp16: return {"avx512_core_fp16", Isa::avx512_bf16};
    case cpu_isa::avx512_core_amx_fp16: return {"avx512_core_amx_fp16", Isa::amx};
    case cpu_isa::avx2_vnni_2: return {"avx2_vnni_2", Isa::avx2};
#endif
    default: return {"other", Isa::sse};
  }
}

}  // namespace

std::string_view precision_name(Precision precision) { return precision == Precision::bf16 ? "bf16" : "f32"; }

Precision automatic_precision() { return engine_isa() >= Isa::avx512_bf16 ? Precision::bf16 : Precision::f32; }

Isa engine_isa() { return effective_isa().isa; }

EngineInfo engine_info() {
  const dnnl_version_t* version = dnnl_version();
  return {fmt::format("{}.{}.{} ({})", version->major, version->minor, version->patch,
                      std::string_view(version->hash).substr(0, 12)),
          effective_isa().name};
}

void set_thread_count(int threads) { omp_set_num_threads(threads); }

}  // namespace ersatz::nn
