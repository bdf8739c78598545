#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

// CIFAR-100's binary version (Krizhevsky 2009): train.bin and test.bin hold records of a coarse label, a fine label and
// 32x32 pixels as three planes, red first; fine_label_names.txt names the fine classes, which are the ones that count.

bool holds_cifar100(const Container& container);

/// CIFAR-100 as one source. Throws Error when `source` is not given, and when a file is no whole number of records.
Layout cifar100_layout(const Container& container, const std::filesystem::path& path,
                       const std::optional<std::string>& source);

}  // namespace ersatz::data
