#pragma once

#include <string>
#include <vector>

#include "cli/data_options.hpp"
#include "cli/progress_line.hpp"
#include "quality/image_features.hpp"

namespace ersatz::cli {

/// What a command takes that compares images by features, beside what it takes to open them.
struct FeatureOptions : DataOptions {
  std::string features = "pixels";
  std::vector<std::string> weights;

  void declare(CLI::App& command);
  /// The features that --features names, of images of `shape`. What takes long is shown in `line`, which must outlive
  /// the result. Throws Error.
  quality::FeatureSpace space(data::ImageShape shape, ProgressLine& line) const;
};

}  // namespace ersatz::cli
