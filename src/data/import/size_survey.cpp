#include "data/import/size_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/stop.hpp"
#include "base/text.hpp"
#include "data/import/file_reader.hpp"

namespace ersatz::data {
namespace {

class Survey {
 public:
  explicit Survey(const FileReader& reader) : reader_(reader) {}

  void look_at(std::string_view image) {
    if (stop_requested()) throw Stopped();
    try {
      const ImageShape shape = reader_.image_size(image);
      ++counts_[{shape.width, shape.height}];
    } catch (const Error&) {
      // One that cannot be read has no size; it is named when the rest fits.
    }
  }

  /// "512 x 512 (1,200), 640 x 480 (3) and 7 others".
  std::string text() const {
    constexpr std::size_t kShown = 4;
    std::vector<std::pair<std::size_t, std::pair<int, int>>> sizes;
    for (const auto& [size, count] : counts_) sizes.emplace_back(count, size);
    std::stable_sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < std::min(kShown, sizes.size()); ++i) {
      const auto& [count, size] = sizes[i];
      parts.push_back(fmt::format("{} x {} ({})", size.first, size.second, format_count(count)));
    }
    if (sizes.size() > kShown) parts.push_back(fmt::format("{} others", format_count(sizes.size() - kShown)));
    return join_words(parts);
  }

 private:
  const FileReader& reader_;
  std::map<std::pair<int, int>, std::size_t> counts_;
};

}  // namespace

Error several_sizes(const Container& container, const std::filesystem::path& path, const Layout& layout) {
  std::vector<std::vector<const PlannedFile*>> planned(container.files().size());
  std::vector<bool> wanted(container.files().size(), false);
  for (const PlannedSplit& split : layout.splits) {
    for (const PlannedFile& file : split.files) {
      planned[file.file].push_back(&file);
      wanted[file.file] = true;
    }
  }
  Survey survey(*layout.reader);
  container.read(wanted, [&](std::size_t file, const FileContent& content) {
    const RecordReader* records = layout.reader->by_record();
    if (records == nullptr) return survey.look_at(content.bytes);
    for (const PlannedFile* one : planned[file]) {
      const auto stream = records->records(*one, content.bytes);
      while (const auto record = stream->next()) survey.look_at(record->bytes);
    }
  });
  return Error(fmt::format("{} holds images of several sizes: {}", path.string(), survey.text()),
               "choose one: size = 64 in the study's [data] section, or --size 64");
}

}  // namespace ersatz::data
