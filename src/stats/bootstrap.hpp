#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/classification.hpp"
#include "stats/interval.hpp"

// The bootstrap over test images: had other images of the same kind been drawn, where would a number lie?
// B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", Chapman & Hall 1993 (chapters 6 and 13).
// The trained models are fixed: nothing here speaks of another seed.
namespace ersatz::stats {

struct BootstrapOptions {
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;  ///< which resamples are drawn: the same seed and n, the same resamples for every model
  double level = 0.95;
};

/// n draws with replacement from n images: how often each one was drawn (the sum is n). A pure function of its
/// arguments (base/random.hpp). Throws Error when n is 0 or does not fit 32 bits.
std::vector<std::uint32_t> resample_counts(std::size_t n, std::uint64_t seed, std::uint32_t replicate);

/// confusion_matrix with image i counted counts[i] times. Throws Error as it does, or when lengths differ.
Confusion resampled_confusion(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                              std::size_t classes, std::span<const std::uint32_t> counts);

/// Accuracy and macro F1 of one model on each resample, [replicates]. A class that a resample misses counts as
/// classification_scores counts it: F1 = 0.
struct ReplicateScores {
  std::vector<double> accuracy, macro_f1;
};

/// Of several models on the same images: replicate r has the same images for all of them, so differences and means
/// of these numbers over models are paired. `predicted` holds one list of labels per model. Every resample is drawn
/// once, whatever the number of models. Throws Error as confusion_matrix does, or when there is no image or replicate.
std::vector<ReplicateScores> replicate_scores(std::span<const std::int32_t> truth,
                                              std::span<const std::span<const std::int32_t>> predicted,
                                              std::size_t classes, const BootstrapOptions& options = {});

/// The accuracies alone, where `correct` holds 1 for every image that a model classified correctly and 0 for the
/// others: the same numbers as replicate_scores', faster. [models][replicates]. Throws Error when lists differ in
/// length, or when there is no image or replicate.
std::vector<std::vector<double>> replicate_accuracies(const std::vector<std::vector<std::uint8_t>>& correct,
                                                      const BootstrapOptions& options = {});

/// From the (1 - level) / 2 quantile of the replicates to the (1 + level) / 2 quantile. Quantiles lie between two
/// values linearly (numpy.quantile's default; type 7 of R. J. Hyndman, Y. Fan, The American Statistician 50, 1996).
/// Throws Error when there is no replicate, one is NaN, or level is not between 0 and 1.
Interval percentile_interval(std::vector<double> replicates, double level = 0.95);

struct Estimate {
  double value = 0;           ///< of the images as they are
  double standard_error = 0;  ///< standard deviation of the replicates
  Interval interval;          ///< percentile_interval of the replicates
};

struct ScoreEstimates {
  Estimate accuracy, macro_f1;
};

/// Accuracy and macro F1 of one model.
ScoreEstimates bootstrap_scores(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                                std::size_t classes, const BootstrapOptions& options = {});

}  // namespace ersatz::stats
