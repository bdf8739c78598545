#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/import/import_options.hpp"

namespace ersatz::data {

/// The error for `broken`, at least one of `total` images that cannot be read: how many for which reason, with an
/// example of each. `hint` says what can be done about any of them.
Error broken_images(const std::filesystem::path& path, const std::vector<SkippedFile>& broken, std::size_t total,
                    const std::string& hint);

}  // namespace ersatz::data
