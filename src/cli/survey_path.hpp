#pragma once

#include <string>

#include "data/survey.hpp"

namespace ersatz::cli {

/// Looks at what a word of the command line names: "photos=data/photos" is a source's name and its path; a path that is
/// there as it stands has no name. Throws Error.
data::Survey survey_path(const std::string& argument);

/// What was found there, a few lines on stderr.
void describe_survey(const data::Survey& survey);

}  // namespace ersatz::cli
