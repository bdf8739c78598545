#include "metrics/ball_members.hpp"

#include "metrics/distances.hpp"

namespace ersatz::metrics {
namespace {

static_assert(kBallVariants <= 32, "a mask has a bit for each variant");

// What a thread counts of generated images, whose pairs come in all threads. Whole numbers: their sums have no order.
struct Share {
  std::vector<std::uint32_t> masks, clipped;
};

}  // namespace

BallMembers ball_members(const SetBalls& real, const Balls& real_clipped, const SetBalls& generated, unsigned threads) {
  const std::size_t n = real.rows.rows, m = generated.rows.rows;
  BallMembers members;
  members.real_masks.resize(n);
  members.in_ball.resize(n * kBallVariants);
  std::vector<Share> shares(threads);
  for (Share& share : shares) {
    share.masks.resize(m);
    share.clipped.resize(m * kBallVariants);
  }
  const auto visit = [&](ClosePair& pair, unsigned thread) {
    const std::size_t i = pair.i(), j = pair.j();
    Share& share = shares[thread];
    // Bit v: the two meet in variant v. They always do in that of the whole sets.
    const std::uint32_t meet = ~(real.halves.bits(i) ^ generated.halves.bits(j)) << 1U | 1U;
    const bool near_real = pair.within(real.balls.largest[i]), near_generated = pair.within(generated.balls.largest[j]);
    for (std::size_t v = 0; v < kBallVariants; ++v) {
      if ((meet >> v & 1U) == 0) continue;
      if (near_real && pair.within(real.balls.squared_radius(i, v))) {
        share.masks[j] |= 1U << v;
        ++members.in_ball[i * kBallVariants + v];
        if (pair.within(real_clipped.squared_radius(i, v))) ++share.clipped[j * kBallVariants + v];
      }
      if (near_generated && pair.within(generated.balls.squared_radius(j, v))) members.real_masks[i] |= 1U << v;
    }
  };
  for_close_pairs(real.rows, real.balls.largest, generated.rows, generated.balls.largest, threads, visit);
  members.generated_masks = std::move(shares[0].masks);
  members.clipped_balls = std::move(shares[0].clipped);
  for (std::size_t t = 1; t < shares.size(); ++t) {
    for (std::size_t j = 0; j < m; ++j) members.generated_masks[j] |= shares[t].masks[j];
    for (std::size_t c = 0; c < members.clipped_balls.size(); ++c) members.clipped_balls[c] += shares[t].clipped[c];
  }
  return members;
}

}  // namespace ersatz::metrics
