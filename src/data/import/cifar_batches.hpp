#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/import/layout.hpp"

namespace ersatz::data {

// CIFAR-10's binary version (Krizhevsky 2009): data_batch_1.bin ... and test_batch.bin hold records
// of one label byte and 32x32 pixels as three planes, red first; batches.meta.txt names the classes.

bool holds_cifar_batches(const Container& container);

/// The batches in a container as one source. Throws Error when `source` is not given, when a batch is
/// no whole number of records, and when batches lie in two folders.
Layout cifar_batches_layout(const Container& container, const std::filesystem::path& path,
                            const std::optional<std::string>& source);

}  // namespace ersatz::data
