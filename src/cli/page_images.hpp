#pragma once

#include <filesystem>

#include "analysis/results.hpp"
#include "data/data_set.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {

/// Puts the test images that the page shows into the output folder `out`, small: whoever makes the page again needs no
/// data. `data` are those of the table. Throws Error.
void write_page_images(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                       const data::DataSet& data);

}  // namespace ersatz::cli
