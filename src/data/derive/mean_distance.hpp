#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "data/derive/candidates.hpp"

namespace ersatz::data {

/// Of each image the sum of the squared differences from the mean image of all of them, in levels of 0 .. 255. Throws
/// Stopped when a stop is requested.
std::vector<double> mean_distances(std::span<const Candidate> images);

/// The round(share x n) of n images that are nearest to their mean image, at least one, or those that are farthest from
/// it. They keep their order.
std::vector<Candidate> by_mean_distance(const std::vector<Candidate>& images, double share, bool nearest);

}  // namespace ersatz::data
