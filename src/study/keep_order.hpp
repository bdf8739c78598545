#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"
#include "study/keep.hpp"

namespace ersatz::study {

/// How many images of each class are kept where a share of each is: together the share of all, rounded, divided over
/// the classes by largest remainder (data/apportionment). None is more than its class has.
std::vector<std::size_t> kept_of_classes(const std::vector<std::size_t>& sizes, double share);
/// How many are kept of all, whatever their class.
std::size_t kept_of(std::size_t images, double share);

/// Scores of images by a verifier's probabilities of them, [n, classes], the highest first: for agreement, confidence,
/// middle and hardest.
std::vector<double> probability_scores(const Keep& keep, const Matrix& probabilities,
                                       std::span<const std::int32_t> labels);

/// The places of the images that are kept, those with the highest scores of each class or of all, in increasing order.
/// Of equal scores the first.
std::vector<std::uint32_t> kept_places(const Keep& keep, const std::vector<double>& scores,
                                       std::span<const std::int32_t> labels);

}  // namespace ersatz::study
