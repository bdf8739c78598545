#include "data/visit_files.hpp"

#include "data/import/container.hpp"
#include "data/import/file_reader.hpp"
#include "data/import/layout.hpp"
#include "data/import/visit_images.hpp"

namespace ersatz::data {

Reading reading_of(const DataLocation& location, const std::optional<std::string>& source) {
  Reading reading;
  if (const std::string* labels = location.labels.find(source)) reading.labels = *labels;
  if (const ImageColumns* columns = location.columns.find(source)) reading.columns = *columns;
  reading.group = location.group;
  return reading;
}

void visit_image_files(const DataLocation& location,
                       const std::function<void(const std::string& source, std::string_view file)>& visit) {
  const auto go = [&](const std::filesystem::path& path, const std::optional<std::string>& source) {
    const auto container = open_container(path);
    const Layout layout = find_layout(*container, path, source, reading_of(location, source));
    if (!layout.reader->decodes_image_files()) return;
    visit_images(*container, layout, [&](const PlannedSplit& split, std::string_view file) {
      if (source || !location.sources.contains(split.source)) visit(split.source, file);
    });
  };
  if (location.path) go(*location.path, std::nullopt);
  for (const auto& [name, path] : location.sources) go(path, name);
}

}  // namespace ersatz::data
