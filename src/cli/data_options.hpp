#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "data/data_set.hpp"

namespace ersatz::cli {

/// What the commands that look at images take alike: which images, and how they are read.
struct DataOptions {
  std::string path, cache, as;
  bool skip_broken = false, verify = false;
  std::string size, fit = "crop", filter = "bicubic";
  std::string test, group, labels;  ///< empty: nothing is said

  void declare(CLI::App& command);
  /// Opens the images, with a progress line on stderr when that is a terminal. Of a study file those that it names.
  /// `on_layout` is called with each path and what it was recognised as, before its images are decoded. Throws Error.
  data::DataSet open(const std::function<void(const std::string&, const std::string&)>& on_layout = {}) const;
  /// Where these images are. Throws Error.
  data::DataLocation location() const;
  /// The real source: `given` where it is not empty, else what the study file says, else what names say. That it was
  /// guessed is said on stderr.
  std::string real_source(const data::DataSet& set, const std::string& given) const;

 private:
  data::DataLocation location(data::ImportOptions& options) const;
};

}  // namespace ersatz::cli
