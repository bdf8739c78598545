#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "analysis/answer.hpp"
#include "report/looking_maps.hpp"
#include "report/thumbnails.hpp"

namespace ersatz::report {

/// A figure on the page.
struct PageFigure {
  std::filesystem::path svg;
  std::string label;  ///< what it shows, for those who do not see it
};

struct PageFigures {
  std::vector<PageFigure> mixtures, histories;
};

/// Thumbnails by source, where there are any.
using PageImages = std::map<std::string, Thumbnails>;

/// Where classifiers look in test images of some sources, at most one of each.
using PageMaps = std::vector<LookingMaps>;

/// report.html of the output folder `out`: the answer, sample images, accuracies, classes, what images are worth,
/// training, confusion matrices with the images behind them, mistakes, where classifiers look, data, settings. One file
/// that needs no network, and without its script shows all but the images behind the matrices. Throws Error when a
/// figure, a prediction or a list of test images cannot be read.
std::string report_page(const std::filesystem::path& out, const analysis::ResultTable& table,
                        const std::vector<analysis::Answer>& answers, const PageFigures& figures,
                        const PageImages& images, const PageMaps& maps);

}  // namespace ersatz::report
