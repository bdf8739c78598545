#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/data_set.hpp"
#include "study/session.hpp"

namespace ersatz::cli {

/// Network and path of "vgg19=x.h5", as --weights takes it; of a path alone the network is empty.
std::pair<std::string, std::string> split_weights(const std::string& text);

/// What `ersatz run` and `ersatz plan` take alike: the study, where its data and results are, and
/// what to change of it.
struct StudyOptions {
  std::string study_path, data_path, out_path, cache_path;
  std::optional<std::int64_t> limit, epochs, steps;
  std::string precision;  ///< empty: the study's
  std::string size;       ///< empty: the study's
  std::vector<std::int64_t> seeds;
  std::vector<std::string> weights, replace;
  bool skip_broken = false, verify = false;

  void declare(CLI::App& command);
  /// Only those that say where the data and the pretrained weights are, for a command that reads a study's images.
  std::vector<CLI::Option*> declare_data(CLI::App& command);

  /// The study file with the changes made. Throws Error.
  study::Study load() const;
  std::filesystem::path cache_folder() const;
  /// How the data of `study` are read.
  data::ImportOptions import_options(const study::Study& study) const;
  /// Everything that working on the study needs: opens (imports) its data, with progress on stderr when that is a
  /// terminal, and plans its runs. Throws Error, before a long import where the output folder is another study's.
  study::Session open() const;
  /// The data of `study`, for what was made with them in an output folder. Throws Error when `fingerprint`, which the
  /// folder has, is not theirs.
  data::DataSet open_data_of(const study::Study& study, const std::string& folder,
                             const std::string& fingerprint) const;
  /// These options for another command, in whatever folder it begins: all paths are absolute, and those of the open
  /// session are named. `verify` is left out: what was read is known.
  std::vector<std::string> arguments(const study::Session& session) const;
  /// Likewise for `ersatz report`, which takes the images of its page from the session's data.
  std::vector<std::string> report_arguments(const study::Session& session) const;

  /// Those of declare_data() as they were given, for a command in the same folder.
  std::vector<std::string> data_as_given() const;

 private:
  std::vector<std::string> data_arguments(const study::Session& session) const;
};

}  // namespace ersatz::cli
