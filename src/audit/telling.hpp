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
  stats::RocArea area;            ///< the mean over the folds; its error as below
  stats::Interval area_interval;  ///< 95 %
  double accuracy = 0.5;          ///< of all images, each judged by the classifier that has not seen it
  stats::Interval accuracy_interval;
  bool alike = false;  ///< all images have the same values: there is nothing to tell them by
};

/// Regressions of five folds share most of their images. Mean errors over folds are multiplied by sqrt(1 + 5 / 4) for
/// that, and accuracies have as many images less (C. Nadeau, Y. Bengio, "Inference for the generalization error",
/// Machine Learning 52, 2003).
inline constexpr std::size_t kFolds = 5;

/// Logistic regressions on the columns of `rows`, brought to mean 0 and deviation 1, with five folds. The penalty is
/// the number of columns: that of a normal prior under which the log odds vary by 1 between images. No tuning, at any
/// number of columns. Row i is tested in the fold order[i] % 5; orders should spread groups and classes evenly. `rows`
/// is scaled in place. Throws Error when a fold lacks a group, Stopped when a stop is requested. Uses up to `threads`
/// threads.
Telling tell_apart(Matrix& rows, std::span<const std::uint8_t> second, std::span<const std::uint32_t> order,
                   unsigned threads);

}  // namespace ersatz::audit
