#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "analysis/results.hpp"
#include "data/data_set.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {

/// Where the test images of `source` are in its store, in the order of the output folder's list of them. Throws Error
/// when the study would test on others now: drop_duplicates was changed.
std::vector<std::uint32_t> tested_images(const std::filesystem::path& out, const analysis::ResultTable& table,
                                         const study::Study& study, const data::Source& source);

/// Puts the test images that the page shows, and maps of where classifiers look in some, into the output folder `out`,
/// small: whoever makes the page again needs no data. `data` are those of the table; `cache` has pretrained weights.
/// Throws Error.
void write_page_images(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                       const data::DataSet& data, const std::filesystem::path& cache);

}  // namespace ersatz::cli
