#include "data/import/visit_images.hpp"

#include <vector>

#include "base/stop.hpp"
#include "data/import/file_reader.hpp"

namespace ersatz::data {

void visit_images(const Container& container, const Layout& layout,
                  const std::function<void(const PlannedSplit& split, std::string_view bytes)>& visit) {
  struct Place {
    const PlannedSplit* split;
    const PlannedFile* file;
  };
  std::vector<std::vector<Place>> planned(container.files().size());
  std::vector<bool> wanted(container.files().size(), false);
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      planned[file.file].push_back({&split, &file});
      wanted[file.file] = true;
    }
  }
  container.read(wanted, [&](std::size_t index, const FileContent& content) {
    if (stop_requested()) throw Stopped();
    if (!content.problem.empty()) return;
    const RecordReader* records = layout.reader->by_record();
    for (const Place& place : planned[index]) {
      if (records == nullptr) {
        visit(*place.split, content.bytes);
        continue;
      }
      const auto stream = records->records(*place.file, content.bytes);
      while (const auto record = stream->next()) {
        if (stop_requested()) throw Stopped();
        if (record->problem.empty()) visit(*place.split, record->bytes);
      }
    }
  });
}

}  // namespace ersatz::data
