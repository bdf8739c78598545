#pragma once

#include <string>
#include <string_view>

#include "base/isa.hpp"

namespace ersatz::nn {

/// The type that layers compute in. Weights are always kept and updated in f32.
enum class Precision { f32, bf16 };
std::string_view precision_name(Precision precision);  ///< "f32", "bf16"

/// What `precision = "auto"` means here: bf16 where the instruction set that oneDNN uses has it in
/// hardware, else f32.
Precision automatic_precision();

/// The instruction set that oneDNN uses here: what the processor has, AMX included, unless ERSATZ_MAX_ISA
/// (base/isa.hpp) or oneDNN's own variable ONEDNN_MAX_CPU_ISA allow less; where both are set, the former counts. The
/// kernels that layers choose depend on it. Throws Error for an unknown value of ERSATZ_MAX_ISA.
Isa engine_isa();

/// What a run's results depend on besides its settings.
struct EngineInfo {
  std::string onednn_version;  ///< "2.6.3 (commit)"
  std::string isa;             ///< engine_isa() in oneDNN's words: "avx512_core_bf16"
};
EngineInfo engine_info();

/// Number of threads that oneDNN uses for this process from now on.
void set_thread_count(int threads);

}  // namespace ersatz::nn
