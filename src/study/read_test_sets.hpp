#pragma once

#include <vector>

#include "study/test_sets.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

/// The sections [test.NAME] in `section`, in the order of the file. Format: docs/study-files.md. Throws Error
/// "FILE:LINE: KEY: problem".
std::vector<TestSet> read_test_sets(const TomlSection& section);

}  // namespace ersatz::study
