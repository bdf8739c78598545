#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "stats/interval.hpp"
#include "study/tuning.hpp"

namespace ersatz::analysis {

/// All runs of one classifier on one training set with one budget and, where settings are tried, one trial, judged by
/// their validation images.
struct ValidationCell {
  std::string classifier, title, train_on;
  std::string watched;                    ///< "REAL", "FAKE and REAL": sources of the validation images
  stats::Summary accuracy;                ///< of the weights that were kept, over seeds
  std::vector<std::uint64_t> seeds;       ///< in plan order
  std::optional<std::int64_t> steps{};    ///< the budget, where it is one of steps
  std::optional<std::size_t> trial{};     ///< of a study that tunes: which of the settings that are tried
  std::optional<study::Trial> setting{};  ///< what it is tried with
  bool chosen = false;                    ///< whether these are the arm's settings
};

/// What a recipe may be chosen by without looking at a test set: reads run.json and history.csv of the finished runs
/// and no predictions. In plan order; runs without validation are left out. Throws Error naming the file, and when
/// every finished run is damaged.
std::vector<ValidationCell> validation_cells(const std::filesystem::path& out);

}  // namespace ersatz::analysis
