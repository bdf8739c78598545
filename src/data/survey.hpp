#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/import/import_options.hpp"
#include "data/import/size_survey.hpp"

namespace ersatz::data {

/// What a source has, as far as names and headers of its files tell.
struct SurveyedSource {
  std::string name;
  std::vector<std::string> classes;                    ///< in label order; those of its path
  std::size_t training = 0, testing = 0, unsplit = 0;  ///< images
};

/// What lies at a path.
struct Survey {
  std::filesystem::path path;
  std::string taken_for;
  bool own = false;  ///< one source's own; else its sources have names of their own
  std::vector<SurveyedSource> sources;
  SizeCounts sizes;
  std::size_t unreadable = 0;         ///< images without a size: no image, or broken at its beginning
  std::vector<IgnoredFiles> ignored;  ///< what is left out

  std::size_t images() const;  ///< all that have a size
};

/// Looks at a path without decoding an image. With a `name` it is that source's own; without one, it is the sources
/// whose folders it holds, or else one, called after the path. Throws Error as open_data_set() does.
Survey survey(const std::filesystem::path& path, const std::optional<std::string>& name);

}  // namespace ersatz::data
