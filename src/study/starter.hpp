#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/survey.hpp"

namespace ersatz::study {

/// A study file for images that init looked at.
struct Starter {
  std::string text;
  std::vector<std::string> warnings;  ///< why it does not run as it is: classes that need joining, a single class
};

/// A study file with comments: every source alone and each generated one with the real one. It is for a file in
/// `folder`, which paths are written relative to. Throws Error when two sources have the same name, when two paths hold
/// several sources each, or when there is nothing to train on.
Starter starter_study(const std::string& name, const std::vector<data::Survey>& surveys,
                      const std::filesystem::path& folder);

/// Its sections [data] and [data.sources] alone. Throws Error as starter_study() does.
std::string starter_data(const std::vector<data::Survey>& surveys, const std::filesystem::path& folder);

/// The source that holds the real images, as far as names tell: REAL, else one with "real", "photo" or the like in its
/// name, else the first.
std::string likely_real(const std::vector<std::string>& sources);

}  // namespace ersatz::study
