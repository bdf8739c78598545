#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/results.hpp"
#include "data/augment/augmentation.hpp"

namespace ersatz::analysis {

/// What a run was trained on, in numbers: images of each source, and how they were used and changed while training.
struct Mixture {
  std::vector<std::pair<std::string, std::size_t>>
      images;  ///< source, training images (> 0); in byte order of the names
  /// Nothing for the usual: none, or the recipe's. An empty list is written down only where it switches a classifier's
  /// own augmentation off.
  std::optional<std::vector<data::Augmentation>> augmentation;
  study::ImageUse use = {};          ///< phases have shares of the steps
  study::TrainingSettings own = {};  ///< settings that the study's other training sets do not have

  std::size_t of(const std::string& source) const;
  std::size_t total() const;
  /// Whether any of its images were changed while training, in a way of the study's.
  bool augmented() const { return augmentation.has_value() || use.augments(); }
  bool has_own_settings() const { return own != study::TrainingSettings{}; }
  /// Whether its images were only mixed: neither augmented, nor used in a way of their own, nor trained on with
  /// settings of their own.
  bool only_mixed() const { return !augmented() && use.is_usual() && !has_own_settings(); }
  /// Only images of `source`, unchanged: a point of its learning curve.
  bool is_plain(const std::string& source) const;
  /// The same with as many images kept at random, where a verifier keeps some; else nothing.
  std::optional<Mixture> control() const;
  bool operator==(const Mixture& other) const;
};

/// Nothing when the amounts cannot be told: an older version did not write them down and the training set does not
/// give them as numbers.
std::optional<Mixture> mixture_of(const study::RunRecord& run);

/// Whether both lists are written alike in a study file.
bool same_augmentation(const std::optional<std::vector<data::Augmentation>>& a,
                       const std::optional<std::vector<data::Augmentation>>& b);

struct MixtureCell {
  Mixture mixture;
  const Cell* cell;
};

/// The cells of a classifier tested on `test_on` whose amounts are known, in plan order; of training sets that hold the
/// same, the first. None of a study that tells sources apart.
std::vector<MixtureCell> mixture_cells(const ResultTable& table, const std::string& classifier,
                                       const std::string& test_on);

}  // namespace ersatz::analysis
