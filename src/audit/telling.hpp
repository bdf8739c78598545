#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/npy.hpp"
#include "stats/interval.hpp"
#include "stats/roc.hpp"

namespace ersatz::audit {

/// How well a small classifier tells two groups of images apart by one kind of evidence.
struct Telling {
  stats::RocArea area;            ///< the mean over the folds
  stats::Interval area_interval;  ///< 95 %, over the choice of images
  double accuracy = 0.5;          ///< of all images, each judged by the classifier that has not seen it
  stats::Interval accuracy_interval;
  bool alike = false;  ///< all images have the same values: there is nothing to tell them by
};

/// Logistic regressions on the columns of `rows`, brought to mean 0 and deviation 1, with five folds. The penalty is
/// the number of columns, under which the log odds of a fit to noise vary by about 1: no tuning, at any number of
/// columns. Folds go by `order` (rows i with order[i] % 5 == f), which should spread groups and classes evenly. `rows`
/// is scaled in place. Throws Error when a fold lacks a group, Stopped when a stop is requested. Uses up to `threads`
/// threads.
Telling tell_apart(Matrix& rows, std::span<const std::uint8_t> second, std::span<const std::uint32_t> order,
                   unsigned threads);

}  // namespace ersatz::audit
