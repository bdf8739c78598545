#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::cli {

enum class FindingLevel {
  ok,       ///< nothing to do
  note,     ///< works, but could do more
  problem,  ///< something will not work
};
std::string_view finding_level_name(FindingLevel level);  ///< "ok", "note", "problem"

/// What `ersatz doctor` found out about one thing.
struct Finding {
  FindingLevel level = FindingLevel::ok;
  std::string topic;  ///< "memory"
  std::string found;
  std::string advice;  ///< what to do; empty when it is ok
};
using Findings = std::vector<Finding>;

/// Processor, instruction sets, cores, memory and sandbox.
Findings examine_machine();
/// gnuplot, its fonts, and the terminal.
Findings examine_tools();
/// The cache folder and the working folder: access, room and what is in the cache.
Findings examine_storage(const std::filesystem::path& cache);
/// Studies, CIFAKE and pretrained weights.
Findings examine_inputs(const std::filesystem::path& cache);

}  // namespace ersatz::cli
