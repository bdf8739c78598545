#include "cli/survey_path.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {
namespace fs = std::filesystem;

data::Survey survey_path(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  std::error_code code;
  if (equals == std::string::npos || fs::exists(argument, code)) return data::survey(argument, std::nullopt);
  const std::string name = argument.substr(0, equals);
  if (!study::is_plain_name(name)) {
    throw Error(fmt::format("\"{}\" is not a usable source name", name), std::string(study::kNameRule));
  }
  return data::survey(argument.substr(equals + 1), name);
}

void describe_survey(const data::Survey& survey) {
  const std::size_t images = survey.images();
  fmt::print(stderr, "{}: {}; {} {} of {}\n", survey.path.string(), survey.taken_for, format_count(images),
             images == 1 ? "image" : "images", data::describe(survey.sizes));
  for (const data::IgnoredFiles& files : survey.ignored) {
    fmt::print(stderr, "  left out: {} {} ({})\n", format_count(files.count), files.count == 1 ? "file" : "files",
               files.reason);
  }
  if (survey.unreadable > 0) {
    fmt::print(stderr, "  {} {} cannot be read: run with --skip-broken, or mend {}\n", format_count(survey.unreadable),
               survey.unreadable == 1 ? "image" : "images", survey.unreadable == 1 ? "it" : "them");
  }
}

}  // namespace ersatz::cli
