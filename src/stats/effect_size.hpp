#pragma once

#include "stats/interval.hpp"

namespace ersatz::stats {

/// How far apart two groups lie, in standard deviations.
struct EffectSize {
  double d = 0;  ///< NaN where neither group varies and their means differ
  Interval interval;
};

/// Cohen's d of two groups by their summaries: (mean of `other` - mean of `base`) / pooled standard deviation, with the
/// large-sample interval d +- z sqrt((n + m) / (nm) + d^2 / (2 (n + m))) (Hedges and Olkin, "Statistical methods for
/// meta-analysis", 1985). 0 without error where nothing differs; no bounds where a group has fewer than two.
EffectSize cohens_d(const Summary& base, const Summary& other, double level = 0.95);

}  // namespace ersatz::stats
