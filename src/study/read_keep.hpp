#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/keep.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

// What a section [train.NAME] says of verifiers. Format: docs/study-files.md. Both throw Error "FILE:LINE: KEY:
// problem".

/// The key keep; `held` are the sources that may be named.
SourceKeeps read_keep(const TomlSection& section, const std::vector<std::string>& held);

/// The key labels; nothing where it is not there.
std::optional<TeacherLabels> read_labels(const TomlSection& section);

}  // namespace ersatz::study
