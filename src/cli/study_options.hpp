#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "study/study_file.hpp"

namespace ersatz::cli {

/// What `ersatz run` and `ersatz plan` take alike: the study, where its data and results are, and
/// what to change of it.
struct StudyOptions {
  std::string study_path, data_path, out_path, cache_path;
  std::optional<std::int64_t> limit, epochs, steps;
  std::string precision;  ///< empty: the study's
  std::vector<std::int64_t> seeds;
  std::vector<std::string> weights;
  bool skip_broken = false, verify = false;

  void declare(CLI::App& command);

  /// The study file with the changes made. Throws Error.
  study::Study load() const;
  /// --out, else out/<study name>.
  std::filesystem::path out_folder(const study::Study& study) const;
  /// --cache, else the default.
  std::filesystem::path cache_folder() const;
  /// Opens (imports) the study's data; shows progress on stderr when it is a terminal. Throws Error.
  data::DataSet open(const study::Study& study) const;
};

}  // namespace ersatz::cli
