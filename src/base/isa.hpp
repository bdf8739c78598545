#pragma once

#include <optional>
#include <string_view>

namespace ersatz {

/// Instruction sets that make a difference here, each of which includes those before it. `sse` is what every processor
/// has, and on other processors than x86-64 the only one; only oneDNN uses `amx`.
enum class Isa { sse, avx2, avx512, avx512_bf16, amx };
std::string_view isa_name(Isa isa);  ///< "sse", "avx2", ...

/// The Isa that a value of ERSATZ_MAX_ISA names: "sse", "avx2", "avx512" or "avx512_bf16". Throws Error listing these
/// for any other value.
Isa parse_isa_limit(std::string_view value);

/// The highest instruction set that may be used: what the environment variable ERSATZ_MAX_ISA said at the first call,
/// for tests and bug reports. Empty without the variable, or when its value is empty. Throws as parse_isa_limit() does.
std::optional<Isa> isa_limit();

/// What this processor has, up to avx512_bf16.
Isa processor_isa();

/// What our own loops use: processor_isa(), or isa_limit() where that is lower. Throws as isa_limit() does.
Isa loop_isa();

}  // namespace ersatz
