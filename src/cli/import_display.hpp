#pragma once

#include "data/data_set.hpp"

namespace ersatz::cli {

/// data::open_data_set() with a progress line on stderr when that is a terminal.
data::DataSet open_with_progress(const data::DataLocation& location, data::ImportOptions options);

}  // namespace ersatz::cli
