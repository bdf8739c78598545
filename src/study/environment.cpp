#include <fstream>
#include <string>

#include "base/json.hpp"
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

Json to_json(const Environment& environment) {
  return {
      {"versions",
       {{"ersatz", environment.ersatz}, {"onednn", environment.onednn}, {"compiler", environment.compiler}}},
      {"cpu", environment.cpu},
      {"isa", environment.isa},
  };
}

Environment environment_from_json(const Json& value) {
  const Json& versions = value.at("versions");
  return {versions.at("ersatz").get<std::string>(), versions.at("onednn").get<std::string>(),
          versions.at("compiler").get<std::string>(), value.at("cpu").get<std::string>(),
          value.at("isa").get<std::string>()};
}

}  // namespace ersatz::study
