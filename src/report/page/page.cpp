#include "report/page/page.hpp"

#include <fmt/format.h>

#include "report/caption.hpp"
#include "report/page/document.hpp"
#include "report/page/script.hpp"
#include "report/page/sections.hpp"
#include "study/run_record.hpp"

namespace ersatz::report {
namespace {

std::map<std::string, std::vector<std::string>> file_names(const std::filesystem::path& out,
                                                           const analysis::ResultTable& table) {
  std::map<std::string, std::vector<std::string>> names;
  for (const auto& [source, labels] : table.truth) {
    for (const auto& image : study::read_test_images(out, source, table.study.classes)) {
      if (image.tested) names[source].push_back(image.file);
    }
  }
  return names;
}

}  // namespace

std::string report_page(const std::filesystem::path& out, const analysis::ResultTable& table,
                        const std::vector<analysis::Answer>& answers, const PageFigures& figures,
                        const PageImages& images, const PageMaps& maps) {
  PageContent page{table, answers, figures, images, maps, {}, file_names(out, table), study::read_test_looks(out)};
  for (const analysis::Cell& cell : table.cells) page.seeds.push_back(analysis::first_seed(table, cell));

  const std::string title = "Study " + table.study.name;
  const Caption about = caption(table);
  std::string html = page_head(title, thumbnail_style(images) + map_style(maps)) +
                     fmt::format("<body>\n<header>\n<h1>{}</h1>\n", escape_html(title));
  html += paragraph(about.heading, "small");
  for (const auto& line : about.warnings) html += paragraph(line, "warning");
  std::vector<Section> sections;
  for (const auto make :
       {answer_section, samples_section, accuracy_section, classes_section, worth_section, training_section,
        confusion_section, mistakes_section, looking_section, data_section, settings_section}) {
    if (auto section = make(page)) sections.push_back(std::move(*section));
  }
  html += contents_html(sections) + "</header>\n<main>\n";
  if (table.cells.empty()) html += paragraph("No run is finished yet.");
  for (const Section& section : sections) html += section_html(section);
  html += "</main>\n";
  if (const std::string json = images_json(page); !json.empty()) {
    html += fmt::format("<script type=\"application/json\" id=\"images\">{}</script>\n", json_in_script(json));
  }
  return html + fmt::format("<script>{}</script>\n</body>\n</html>\n", page_script());
}

}  // namespace ersatz::report
