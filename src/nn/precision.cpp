#include "nn/precision.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <string_view>

#include "nn/onednn.hpp"

namespace ersatz::nn {
namespace {

struct IsaTraits {
  const char* name;
  bool bf16;  ///< has bf16 products in hardware
};

IsaTraits effective_isa() {
  using dnnl::cpu_isa;
  switch (dnnl::get_effective_cpu_isa()) {
    case cpu_isa::sse41: return {"sse41", false};
    case cpu_isa::avx: return {"avx", false};
    case cpu_isa::avx2: return {"avx2", false};
    case cpu_isa::avx512_core: return {"avx512_core", false};
    case cpu_isa::avx512_core_vnni: return {"avx512_core_vnni", false};
    case cpu_isa::avx512_core_bf16: return {"avx512_core_bf16", true};
    case cpu_isa::avx2_vnni: return {"avx2_vnni", false};
    case cpu_isa::avx512_core_amx: return {"avx512_core_amx", true};
#if DNNL_VERSION_MAJOR >= 3
    case cpu_isa::avx512_core_fp16: return {"avx512_core_fp16", true};
    case cpu_isa::avx512_core_amx_fp16: return {"avx512_core_amx_fp16", true};
    case cpu_isa::avx2_vnni_2: return {"avx2_vnni_2", false};
#endif
    default: return {"other", false};
  }
}

}  // namespace

std::string_view precision_name(Precision precision) { return precision == Precision::bf16 ? "bf16" : "f32"; }

Precision automatic_precision() { return effective_isa().bf16 ? Precision::bf16 : Precision::f32; }

bool has_avx512() { return std::string_view(effective_isa().name).starts_with("avx512"); }

EngineInfo engine_info() {
  const dnnl_version_t* version = dnnl_version();
  return {fmt::format("{}.{}.{} ({})", version->major, version->minor, version->patch,
                      std::string_view(version->hash).substr(0, 12)),
          effective_isa().name};
}

void set_thread_count(int threads) { omp_set_num_threads(threads); }

}  // namespace ersatz::nn
