#pragma once

#include <filesystem>
#include <string>

#include "study/study_file.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

/// Reads [data] into `study`, whose file is known. Format: docs/study-files.md and docs/data.md. Throws Error
/// "FILE:LINE: KEY: problem".
void read_data_section(const TomlSection& section, Study& study);

/// A path of a study file, which is relative to the study's `folder`.
std::filesystem::path path_of(const Study& study, const std::string& path);

}  // namespace ersatz::study
