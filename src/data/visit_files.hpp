#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "data/data_set.hpp"

namespace ersatz::data {

/// How what lies at the path of `source` is read, or at the path of all.
Reading reading_of(const DataLocation& location, const std::optional<std::string>& source);

/// Hands the bytes of every image file of `location`, as they lie there, to `visit`, with the name of its source.
/// Images that are no files (arrays, binary batches) are left out. Reads everything again, decodes nothing. Throws
/// Error as open_data_set() does before it decodes, and Stopped.
void visit_image_files(const DataLocation& location,
                       const std::function<void(const std::string& source, std::string_view file)>& visit);

}  // namespace ersatz::data
