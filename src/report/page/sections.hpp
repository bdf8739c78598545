#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/answer.hpp"
#include "analysis/first_seed.hpp"
#include "analysis/results.hpp"
#include "report/page/html.hpp"
#include "report/page/page.hpp"
#include "report/thumbnails.hpp"
#include "study/test_looks.hpp"

// The parts of the page, each from the numbers that it shows. A part that has nothing to show is nothing.
namespace ersatz::report {

/// What several parts show of a study.
struct PageContent {
  const analysis::ResultTable& table;
  const std::vector<analysis::Answer>& answers;
  const PageFigures& figures;
  const PageImages& images;
  const PageMaps& maps;
  std::vector<analysis::FirstSeed> seeds;  ///< of each cell of the table
  /// File names of each source's test images, in the order of ResultTable::truth.
  std::map<std::string, std::vector<std::string>> files;
  std::vector<study::TestLook> looks{};  ///< at test results, those of this page among them
};

std::optional<Section> answer_section(const PageContent& page);
std::optional<Section> samples_section(const PageContent& page);
std::optional<Section> accuracy_section(const PageContent& page);
std::optional<Section> classes_section(const PageContent& page);
std::optional<Section> worth_section(const PageContent& page);
std::optional<Section> training_section(const PageContent& page);
std::optional<Section> confusion_section(const PageContent& page);
std::optional<Section> mistakes_section(const PageContent& page);
std::optional<Section> looking_section(const PageContent& page);
std::optional<Section> data_section(const PageContent& page);
std::optional<Section> settings_section(const PageContent& page);

/// Rules of the style sheet for the thumbnails of each source, which are in them.
std::string thumbnail_style(const PageImages& images);
/// The same for the pictures of maps.
std::string map_style(const PageMaps& maps);
/// Picture `place` of the maps number `number`, described by `label`.
std::string map_picture(const PageMaps& maps, std::size_t number, std::size_t place, const std::string& label);
/// The thumbnail of a test image, labelled for those who do not see it; nothing when the page has none of it.
std::string thumbnail(const PageContent& page, const std::string& source, std::uint32_t image);
/// What the script needs to show the images behind the confusion matrices, as JSON; empty where there are none.
std::string images_json(const PageContent& page);

}  // namespace ersatz::report
