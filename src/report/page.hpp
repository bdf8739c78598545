#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/answer.hpp"

namespace ersatz::report {

/// A figure on the page.
struct PageFigure {
  std::filesystem::path svg;
  std::string label;  ///< what it shows, for those who do not see it
};

struct PageFigures {
  std::vector<PageFigure> mixtures, histories, confusions;
};

/// report.html: caption, conclusions, answers, tables, figures, runs, settings and how to reproduce them, in
/// one file that needs no network and no script. Throws Error when a figure cannot be read.
std::string report_page(const analysis::ResultTable& table, const std::vector<analysis::Answer>& answers,
                        const PageFigures& shown);

}  // namespace ersatz::report
