#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "data/data_set.hpp"

namespace ersatz::cli {

/// What the commands that look at images take alike: which images, and how they are read.
struct DataOptions {
  std::string path, cache, as;
  bool skip_broken = false, verify = false;
  std::string size, fit = "crop", filter = "bicubic";

  void declare(CLI::App& command);
  /// Opens the images, with a progress line on stderr when that is a terminal. Throws Error.
  data::DataSet open() const;
};

}  // namespace ersatz::cli
