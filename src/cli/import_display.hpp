#pragma once

#include <string>

#include "data/data_set.hpp"

namespace ersatz::cli {

/// "64" or "48x64" (height x width) as --size takes them. Throws Error.
data::ImageShape parse_size(const std::string& text);

/// data::open_data_set() with a progress line on stderr when that is a terminal.
data::DataSet open_with_progress(const data::DataLocation& location, data::ImportOptions options);

}  // namespace ersatz::cli
