#pragma once

#include <string>
#include <vector>

#include "study/run_spec.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

/// The training sets of a section [train.NAME]: one, called NAME, or a grid of them where amounts are lists, each
/// called after what it holds ("NAME-REAL500+FAKE10000"). Format: docs/study-files.md. Throws Error "FILE:LINE: KEY:
/// problem".
std::vector<TrainingSet> read_training_sets(const TomlSection& section, const std::string& name);

}  // namespace ersatz::study
