#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <thread>

#include "base/isa.hpp"
#include "base/memory.hpp"
#include "base/sandbox.hpp"
#include "base/text.hpp"
#include "cli/doctor/finding.hpp"
#include "cli/terminal.hpp"
#include "nn/precision.hpp"
#include "study/run_record.hpp"

namespace ersatz::cli {
namespace {

Finding examine_processor() {
  const study::Environment here = study::current_environment();
  const bool bf16 = nn::automatic_precision() == nn::Precision::bf16;
  Finding finding{FindingLevel::ok,
                  "processor",
                  fmt::format("{}; our own loops use {}, oneDNN {} uses {}; precision \"auto\" is {}", here.cpu,
                              isa_name(loop_isa()), here.onednn, here.isa, bf16 ? "bf16" : "f32"),
                  {}};
  if (isa_limit() && *isa_limit() < processor_isa()) {
    finding.level = FindingLevel::note;
    finding.advice = fmt::format("ERSATZ_MAX_ISA={} keeps this processor from using {}: unset it for speed",
                                 isa_name(*isa_limit()), isa_name(processor_isa()));
  } else if (loop_isa() == Isa::sse) {
    finding.level = FindingLevel::note;
    finding.advice = "training is several times slower than on a processor with AVX2; results are the same kind";
  }
  return finding;
}

// Cores that the control group leaves: "150000 100000" is 1.5 of them (version 2 of control groups).
std::optional<double> group_cores() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || period <= 0) return std::nullopt;
  const auto time = number_from<std::uint64_t>(quota);  // "max" is no number
  return time ? std::optional(static_cast<double>(*time) / period) : std::nullopt;
}

Finding examine_cores() {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const std::optional<double> limit = group_cores();
  Finding finding{FindingLevel::ok, "cores", fmt::format("{}, and as many runs at a time", plural(cores, "core")), {}};
  if (limit && *limit < cores) {
    finding.level = FindingLevel::note;
    finding.found = fmt::format("{}, of which the control group gives {:.3g}", plural(cores, "core"), *limit);
    finding.advice = fmt::format("more runs at a time only share them: --jobs {}", std::max(1.0, std::floor(*limit)));
  }
  return finding;
}

Finding examine_memory() {
  constexpr std::uint64_t kTooLittle = 300'000'000, kLittle = 1'500'000'000;
  const AvailableMemory memory = available_memory();
  Finding finding{FindingLevel::ok, "memory", fmt::format("{} {}", format_bytes(memory.bytes), memory.limit), {}};
  if (memory.bytes < kLittle) {
    finding.level = memory.bytes < kTooLittle ? FindingLevel::problem : FindingLevel::note;
    finding.advice = "close other programs or raise the limit; else smaller images (--size) and fewer runs (--jobs 1)";
  }
  return finding;
}

Finding examine_sandbox() {
  const Sandbox& box = sandbox();
  Finding finding{FindingLevel::ok, "sandbox", box.text, {}};
  if (box.kind == SandboxKind::seccomp) {
    finding.found = "images and archives are read in processes that can do nothing else (seccomp)";
  } else {
    finding.level = FindingLevel::note;
    finding.advice = box.kind == SandboxKind::none
                         ? "images and archives of strangers are read without protection: unset ERSATZ_SANDBOX"
                         : "no filter of system calls works here (a container may forbid it); limits are all there is";
  }
  return finding;
}

}  // namespace

std::string_view finding_level_name(FindingLevel level) {
  return level == FindingLevel::ok ? "ok" : level == FindingLevel::note ? "note" : "problem";
}

Findings examine_machine() { return {examine_processor(), examine_cores(), examine_memory(), examine_sandbox()}; }

}  // namespace ersatz::cli
