#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/npy.hpp"

namespace ersatz::stats {

// Distances between rows of length 1: 1 - cosine, in 0 .. 2. Rows of different classes are never compared.

/// Of each row of `rows` [n, d] the distance to the nearest of `others` [m, d] of its class; 2 where there is none.
std::vector<double> nearest_distances(const Matrix& rows, std::span<const std::int32_t> labels, const Matrix& others,
                                      std::span<const std::int32_t> other_labels);

/// How far each row was from the nearest that had been taken before it, in its class: the row that is nearest to the
/// mean is taken first (and has 2), then always the one that is farthest from all taken ones (Gonzalez 1985; a core-set
/// as Sener and Savarese 2018 choose it). Of equal ones the first is taken. n^2 x d operations in a class of n.
std::vector<double> distinctness(const Matrix& rows, std::span<const std::int32_t> labels);

}  // namespace ersatz::stats
