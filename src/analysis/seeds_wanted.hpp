#pragma once

#include <cstddef>
#include <optional>

#include "analysis/results.hpp"
#include "study/seed_rule.hpp"

namespace ersatz::analysis {

/// What `seeds = "until .01"` has come to: how wide the 95 % intervals of the main contrasts on the real source are
/// (main_contrasts.hpp). Their signs are not looked at.
struct SeedsWanted {
  study::SeedRule rule;
  std::size_t contrasts = 0;
  std::size_t wide = 0;      ///< of these, with an interval that is wider than wanted
  std::size_t hopeless = 0;  ///< of the wide ones, those that no number of seeds would make narrow: the test images
  double widest = 0;         ///< half-width of the widest
  std::size_t needed = 0;    ///< seeds that would do for all others (stats::seeds_for_half_width)

  /// Seeds that are to be asked for: never fewer than now, never more than the rule has.
  std::size_t to_ask() const;
};

/// Nothing where the study has no such rule, and where nothing can be compared yet.
std::optional<SeedsWanted> seeds_wanted(const ResultTable& table);

}  // namespace ersatz::analysis
