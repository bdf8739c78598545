#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "study/real_source.hpp"

namespace ersatz::analysis {

/// The source whose images are the real ones (study/real_source.hpp): what study.json says, else by the same rule from
/// what the runs of the table were trained and tested on. Its name is empty when nothing was tested yet.
study::RealSource real_source(const ResultTable& table);

/// The sources that runs of the table were tested on: the real one first, then in plan order.
std::vector<std::string> tested_sources(const ResultTable& table);

}  // namespace ersatz::analysis
