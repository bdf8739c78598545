#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/json_fwd.hpp"
#include "cli/slurm_jobs.hpp"

namespace ersatz::cli {

/// Lines for a person about the tasks that were submitted, and what to do about them. `unfinished`: runs.
std::string slurm_lines(const SlurmState& state, std::size_t unfinished, const std::filesystem::path& out);

/// The same for programs: "slurm" of `ersatz status --json` (docs/file-formats.md).
Json slurm_json(const SlurmState& state);

}  // namespace ersatz::cli
