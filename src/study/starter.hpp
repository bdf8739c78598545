#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/survey.hpp"

namespace ersatz::study {

/// The text of a study file for these images, with comments: every source alone and each generated one with the real
/// one. It is for a file in `folder`, which paths are written relative to. Throws Error when two sources have the same
/// name, when two paths hold several sources each, when there is nothing to train on, or when no class is common to
/// all.
std::string starter_study(const std::string& name, const std::vector<data::Survey>& surveys,
                          const std::filesystem::path& folder);

/// The source that holds the real images, as far as names tell: REAL, else one with "real", "photo" or the like in its
/// name, else the first.
std::string likely_real(const std::vector<std::string>& sources);

}  // namespace ersatz::study
