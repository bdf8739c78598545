#include <fstream>
#include <string>

#include "nn/precision.hpp"
#include "study/run_record.hpp"

#ifndef ERSATZ_VERSION
#error "the build defines ERSATZ_VERSION"
#endif

namespace ersatz::study {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    // "model name" on x86, "Model" or nothing on others.
    if (!line.starts_with("model name") && !line.starts_with("Model")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string compiler() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#else
  return std::string("gcc ") + __VERSION__;
#endif
}

}  // namespace

Environment current_environment() {
  const nn::EngineInfo engine = nn::engine_info();
  return {ERSATZ_VERSION, engine.onednn_version, compiler(), cpu_model(), engine.isa};
}

}  // namespace ersatz::study
