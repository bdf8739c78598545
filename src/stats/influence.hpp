#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stats/classification.hpp"

// A number of one run on N test images as the mean of one value an image, so that its error is that of a mean
// (Crossed). An accuracy is such a mean; F1 and other rates are not, and are linearised: the value of image i is
//
//     rate + influence of image i on the rate
//
// where the influence is the derivative with respect to the image's weight (the infinitesimal jackknife: L. A. Jaeckel,
// Bell Laboratories memorandum 72-1215-11, 1972; B. Efron, "The jackknife, the bootstrap and other resampling plans",
// SIAM 1982, chapter 6). Influences add up to 0, so the values' mean is the rate itself.
namespace ersatz::stats {

enum class Rate { precision, recall, f1 };

/// 1 for each image that is called what it is, else 0. Lists of equal length.
void accuracy_values(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                     std::span<double> out);

/// Of one class's rate. `confusion` is that of the two lists. A rate without a denominator is 0 whatever the images.
void class_values(Rate rate, std::size_t c, const Confusion& confusion, std::span<const std::int32_t> truth,
                  std::span<const std::int32_t> predicted, std::span<double> out);

/// Of the unweighted mean of a rate over the classes that have images.
void macro_values(Rate rate, const Confusion& confusion, std::span<const std::int32_t> truth,
                  std::span<const std::int32_t> predicted, std::span<double> out);

}  // namespace ersatz::stats
