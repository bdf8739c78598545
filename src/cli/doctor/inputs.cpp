#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cache/inventory.hpp"
#include "cli/doctor/finding.hpp"
#include "cli/terminal.hpp"
#include "fetch/catalogue.hpp"
#include "study/named_studies.hpp"
#include "study/weights.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

Finding examine_studies() {
  const std::vector<study::NamedStudy> studies = study::shipped_studies();
  if (studies.empty()) {
    return {FindingLevel::note, "studies", "none came with this program", "install it as a whole (make install)"};
  }
  return {FindingLevel::ok,
          "studies",
          fmt::format("{} in {}", studies.size(), studies.front().file.parent_path().string()),
          {}};
}

// Where an archive of this name is: here, or where it was imported from.
std::string find_archive(const fetch::KnownFile& file, const fs::path& cache) {
  std::vector<fs::path> places{file.default_path(cache), file.file_name};
  try {
    for (const CacheEntry& entry : read_cache(cache).entries) {
      for (const std::string& path : entry.made_from) {
        if (fs::path(path).filename() == file.file_name) places.emplace_back(path);
      }
    }
  } catch (const Error&) {  // told elsewhere
  }
  std::error_code code;
  const auto found =
      std::ranges::find_if(places, [&](const fs::path& path) { return fs::is_regular_file(path, code); });
  return found == places.end() ? "" : found->string();
}

Finding examine_cifake(const fs::path& cache) {
  const fetch::KnownFile* file = fetch::find_known_file("cifake");
  if (const std::string place = find_archive(*file, cache); !place.empty()) {
    return {FindingLevel::ok, "CIFAKE", place, {}};
  }
  return {FindingLevel::note, "CIFAKE", fmt::format("{} is not here", file->default_path(cache).string()),
          fmt::format("`ersatz fetch cifake` gets it ({}); studies of images of your own do without",
                      format_bytes(file->size))};
}

Finding examine_vgg16(const fs::path& cache) {
  try {
    const auto weights = study::find_weights("vgg16", std::nullopt, cache);
    if (!weights) {
      return {FindingLevel::note, "VGG16", "its weights are not here: studies leave it out",
              study::how_to_get_weights("vgg16")};
    }
    const bool other = weights->note.find("not the ImageNet weights") != std::string::npos;
    return {other ? FindingLevel::note : FindingLevel::ok, "VGG16", weights->note,
            other ? "remove the file and fetch it again" : ""};
  } catch (const Error& problem) {
    return {FindingLevel::problem, "VGG16", problem.what(), study::how_to_get_weights("vgg16")};
  }
}

}  // namespace

Findings examine_inputs(const fs::path& cache) {
  return {examine_studies(), examine_cifake(cache), examine_vgg16(cache)};
}

}  // namespace ersatz::cli
