#include "study/named_studies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"

#ifndef ERSATZ_SHARED_STUDIES
#error "the build defines ERSATZ_SHARED_STUDIES: share/ersatz/studies, seen from the folder of the program"
#endif

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kEnding = ".toml";

fs::path this_program() {
  const fs::path program = own_program();
  std::error_code code;
  const fs::path target = fs::read_symlink(program, code);
  return code ? program : target;
}

// The source tree that CMake builds in `folder`; empty when it does not.
fs::path source_tree(const fs::path& folder) {
  constexpr std::string_view kKey = "CMAKE_HOME_DIRECTORY:INTERNAL=";
  std::ifstream file(folder / "CMakeCache.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKey)) return line.substr(kKey.size());
  }
  return {};
}

fs::path installed_folder(const fs::path& program) {
  return (program.parent_path() / ERSATZ_SHARED_STUDIES).lexically_normal();
}

// Pipes are files, too.
bool is_file(const fs::path& path) {
  std::error_code code;
  return fs::exists(path, code) && !fs::is_directory(path, code);
}

// "# One thing.  Another." over several lines -> "One thing."
std::string first_sentence(const fs::path& path) {
  std::string text;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line) && line.starts_with("# ");) {
    text += (text.empty() ? "" : " ") + line.substr(2);
  }
  for (std::size_t at = text.find_first_of(".?!"); at != std::string::npos; at = text.find_first_of(".?!", at + 1)) {
    if (at + 1 == text.size() || text[at + 1] == ' ') return text.substr(0, at + 1);
  }
  return text;
}

// Of the study files in a folder.
std::vector<std::string> stems(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().extension() == kEnding && is_file(entry.path())) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

Error not_found(const std::string& text) {
  const fs::path wanted(text);
  std::error_code code;
  if (fs::is_directory(wanted, code)) return Error(fmt::format("{} is a folder, not a study file", text));
  std::vector<std::string> known = stems(".");
  const std::vector<std::string> shipped = stems(shipped_studies_folder(this_program()));
  known.insert(known.end(), shipped.begin(), shipped.end());
  const bool is_path = wanted.has_parent_path() || wanted.extension() == kEnding;
  const std::string nearest = nearest_word(wanted.extension() == kEnding ? wanted.stem().string() : text, known);
  return Error(
      is_path ? fmt::format("there is no study file {}", text)
              : fmt::format("there is no study \"{}\": neither a file of this name nor {}.toml is here, and none comes "
                            "with ersatz",
                            text, text),
      nearest.empty()
          ? "`ersatz study list` names those that come with ersatz"
          : fmt::format("did you mean \"{}\"? `ersatz study list` names those that come with ersatz", nearest));
}

}  // namespace

fs::path shipped_studies_folder(const fs::path& program) {
  const fs::path sources = source_tree(program.parent_path());
  return sources.empty() ? installed_folder(program) : sources / "studies";
}

std::vector<NamedStudy> shipped_studies() {
  const fs::path folder = shipped_studies_folder(this_program());
  std::vector<NamedStudy> studies;
  for (const std::string& name : stems(folder)) {
    const fs::path file = folder / (name + std::string(kEnding));
    studies.push_back({name, file, first_sentence(file)});
  }
  return studies;
}

fs::path find_study(const std::string& text) {
  if (is_file(text)) return text;
  if (const fs::path here = text + std::string(kEnding); is_file(here)) return here;
  const fs::path name(text);
  if (!text.empty() && !name.has_parent_path()) {
    const fs::path shipped = shipped_studies_folder(this_program()) / (text + std::string(kEnding));
    if (is_file(shipped)) return shipped;
  }
  throw not_found(text);
}

fs::path study_paths_folder(const fs::path& file) {
  const fs::path program = this_program();
  std::error_code code;
  const bool installed =
      source_tree(program.parent_path()).empty() && file.has_filename() &&
      fs::equivalent(file.parent_path().empty() ? "." : file.parent_path(), installed_folder(program), code) && !code;
  return installed ? fs::path("studies") : file.parent_path();
}

}  // namespace ersatz::study
