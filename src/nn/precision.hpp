#pragma once

#include <string>
#include <string_view>

namespace ersatz::nn {

/// The type that layers compute in. Weights are always kept and updated in f32.
enum class Precision { f32, bf16 };
std::string_view precision_name(Precision precision);  ///< "f32", "bf16"

/// What `precision = "auto"` means here: bf16 where the instruction set that oneDNN uses has it in
/// hardware, else f32.
Precision automatic_precision();

/// Whether oneDNN uses AVX-512 here.
bool has_avx512();

/// What a run's results depend on besides its settings.
struct EngineInfo {
  std::string onednn_version;  ///< "2.6.3 (commit)"
  std::string isa;             ///< effective instruction set: "avx512_core_bf16"
};
EngineInfo engine_info();

/// Number of threads that oneDNN uses for this process from now on.
void set_thread_count(int threads);

}  // namespace ersatz::nn
