#pragma once

#include <cstdint>
#include <vector>

#include "base/npy.hpp"
#include "metrics/balls.hpp"

namespace ersatz::metrics {

/// Which images lie in whose balls. In a variant of halves (balls.hpp) the first halves of both sets are compared with
/// each other, and the second ones.
struct BallMembers {
  std::vector<std::uint32_t> real_masks;       ///< [N] bit v: lies in a ball of a generated image, in variant v
  std::vector<std::uint32_t> generated_masks;  ///< [M] bit v: lies in a ball of a real image
  std::vector<std::uint32_t> in_ball;          ///< [N, kBallVariants] generated images in the ball of a real one
  std::vector<std::uint32_t> clipped_balls;  ///< [M, kBallVariants] clipped balls of real images around a generated one
};

struct SetBalls {
  const Matrix& rows;
  const Halves& halves;
  const Balls& balls;
};

/// One pass over all pairs of real and generated images; `threads` is above 0. 100 bytes for each image of either set,
/// and for each generated one in each thread. Throws Stopped when a stop is requested.
BallMembers ball_members(const SetBalls& real, const Balls& real_clipped, const SetBalls& generated, unsigned threads);

}  // namespace ersatz::metrics
