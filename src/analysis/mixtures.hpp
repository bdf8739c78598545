#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::analysis {

/// What a run was trained on, in numbers: images of each source, and how they were changed while training.
struct Mixture {
  std::vector<std::pair<std::string, std::size_t>>
      images;                ///< source, training images (> 0); in byte order of the names
  std::string augmentation;  ///< "flip+crop"; empty for the usual: none, or the recipe's

  std::size_t of(const std::string& source) const;
  std::size_t total() const;
  /// Only images of `source`, unchanged: a point of its learning curve.
  bool is_plain(const std::string& source) const;
  bool operator==(const Mixture&) const = default;
};

/// Nothing when the amounts cannot be told: an older version did not write them down and the training set does not
/// give them as numbers.
std::optional<Mixture> mixture_of(const study::RunRecord& run);

/// "10,000 FAKE", "10,000 FAKE, flip+crop+5 more": what the mixture has besides its images of `source`.
std::string additions_text(const Mixture& mixture, const std::string& source);

struct MixtureCell {
  Mixture mixture;
  const Cell* cell;
};

/// The cells of a classifier tested on `test_on` whose amounts are known, in plan order; of training sets that hold the
/// same, the first.
std::vector<MixtureCell> mixture_cells(const ResultTable& table, const std::string& classifier,
                                       const std::string& test_on);

}  // namespace ersatz::analysis
