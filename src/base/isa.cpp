#include "base/isa.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/error.hpp"

namespace ersatz {
namespace {

constexpr std::array<std::string_view, 5> kNames{"sse", "avx2", "avx512", "avx512_bf16", "amx"};
constexpr std::size_t kLimits = 4;  // AMX is no limit: it is what there is without one

std::optional<Isa> limit_of_environment() {
  const char* value = std::getenv("ERSATZ_MAX_ISA");
  if (value == nullptr || *value == '\0') return std::nullopt;
  return parse_isa_limit(value);
}

}  // namespace

std::string_view isa_name(Isa isa) { return kNames.at(static_cast<std::size_t>(isa)); }

Isa parse_isa_limit(std::string_view value) {
  const auto end = kNames.begin() + kLimits, found = std::find(kNames.begin(), end, value);
  if (found == end) {
    throw Error("ERSATZ_MAX_ISA is \"" + std::string(value) + "\"",
                "its values are sse, avx2, avx512 and avx512_bf16; without it, everything the processor has is used");
  }
  return static_cast<Isa>(found - kNames.begin());
}

std::optional<Isa> isa_limit() {
  static const std::optional<Isa> limit = limit_of_environment();
  return limit;
}

Isa processor_isa() {
#ifdef __x86_64__
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
  if (avx512) return __builtin_cpu_supports("avx512bf16") ? Isa::avx512_bf16 : Isa::avx512;
  if (__builtin_cpu_supports("avx2")) return Isa::avx2;
#endif
  return Isa::sse;
}

Isa loop_isa() {
  static const Isa isa = std::min(processor_isa(), isa_limit().value_or(Isa::amx));
  return isa;
}

}  // namespace ersatz
