#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

// MNIST and what has its form (Fashion-MNIST, KMNIST, EMNIST): train-images-idx3-ubyte with train-labels-idx1-ubyte,
// t10k-... for testing, plain or with .gz.

bool holds_idx(const Container& container);

/// The IDX files in a container as one source, grey made RGB. Throws Error when `source` is not given, when images have
/// no labels or another number of them, and for damaged files.
Layout idx_layout(const Container& container, const std::filesystem::path& path,
                  const std::optional<std::string>& source);

}  // namespace ersatz::data
