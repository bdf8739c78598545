#include "data/survey.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/error.hpp"
#include "data/import/container.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {
namespace {

/// "photos" of data/photos/ or data/photos.tar.gz, in the characters that names of sources may have.
std::string name_after(const std::filesystem::path& path) {
  std::error_code code;
  std::string name = std::filesystem::weakly_canonical(path, code).filename().string();
  if (!std::filesystem::is_directory(path, code)) {
    for (const char* ending : {".gz", ".xz", ".zst", ".bz2", ".tar", ".tgz", ".zip", ".parquet", ".npz"}) {
      if (name.ends_with(ending)) name.resize(name.size() - std::string(ending).size());
    }
  }
  for (char& c : name) {
    const bool usable = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    if (!usable) c = '_';
  }
  while (!name.empty() && std::isalnum(static_cast<unsigned char>(name.front())) == 0) name.erase(0, 1);
  return name.empty() ? "images" : name.substr(0, 64);
}

}  // namespace

std::size_t Survey::images() const {
  std::size_t all = 0;
  for (const auto& [size, count] : sizes) all += count;
  return all;
}

Survey survey(const std::filesystem::path& path, const std::optional<std::string>& name) {
  const auto container = open_container(path);
  Survey found{path, {}, name.has_value(), {}, {}, 0, {}};
  Layout layout;
  const auto sources_in = [&layout] {
    std::set<std::string> names;
    for (const PlannedSplit& split : layout.splits) names.insert(split.source);
    return names;
  };
  try {
    layout = find_layout(*container, path, name, {});
    const bool split =
        std::any_of(layout.splits.begin(), layout.splits.end(), [](const auto& one) { return one.split; });
    if (sources_in().size() == 1) found.own = true;
    // A folder on the way to the classes, not a source's name.
    if (found.own && !split && !name) throw NamesNoSource("");
  } catch (const NamesNoSource&) {
    found.own = true;
    layout = find_layout(*container, path, name_after(path), {});
  }
  found.taken_for = layout.taken_for;
  found.sizes = count_sizes(*container, layout);
  std::map<std::string, SurveyedSource> sources;
  for (const PlannedSplit& split : layout.splits) {
    SurveyedSource& source = sources[split.source];
    source.name = split.source;
    source.classes = layout.classes;
    const std::size_t images = split.image_count();
    (!split.split ? source.unsplit : *split.split == Split::train ? source.training : source.testing) += images;
  }
  std::size_t planned = 0;
  for (const PlannedSplit& split : layout.splits) planned += split.image_count();
  found.unreadable = planned - std::min(planned, found.images());
  found.ignored = std::move(layout.ignored);
  for (auto& [key, source] : sources) found.sources.push_back(std::move(source));
  return found;
}

}  // namespace ersatz::data
