#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ersatz::study {

/// A study that comes with the program.
struct NamedStudy {
  std::string name;  ///< that of its file, without ".toml"
  std::filesystem::path file;
  std::string summary;  ///< the first sentence of the comment at its beginning
};

/// The folder of the studies that come with the program file `program`: `studies/` of the source tree for one that lies
/// in a folder where CMake builds, else `share/ersatz/studies` of the place it is installed to. It need not be there.
std::filesystem::path shipped_studies_folder(const std::filesystem::path& program);

/// Those that come with this program, by name; none where the folder is missing.
std::vector<NamedStudy> shipped_studies();

/// The study file that is meant by what a user wrote: the file of that name, else with ".toml" behind it, else the
/// study of that name that comes with the program. Throws Error, which names the nearest one.
std::filesystem::path find_study(const std::string& text);

/// What relative paths of a study file start from: the folder it is in. Nobody keeps data beside an installed study:
/// its paths start from `studies/` of the working folder, as if it lay there, so that "../data/x.zip" is data/x.zip.
std::filesystem::path study_paths_folder(const std::filesystem::path& file);

}  // namespace ersatz::study
