#include "stats/ratio.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace ersatz::stats {
namespace {

// The end of what is accepted between one c that is and one that is not.
template <typename Accepts>
double boundary(double accepted, double refused, const Accepts& accepts) {
  for (int step = 0; step < 100; ++step) {
    const double middle = (accepted + refused) / 2;
    if (middle == accepted || middle == refused) break;
    (accepts(middle) ? accepted : refused) = middle;
  }
  return accepted;
}

}  // namespace

Interval ratio_interval(const Crossed& runs, std::size_t numerator, std::size_t denominator, double level) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto contains_zero = [&](const CrossedEstimate& d) { return !(std::abs(d.mean) > d.half_width(level)); };
  const auto accepts = [&](double c) {
    std::vector<double> weights(runs.cells());
    weights[numerator] += 1;
    weights[denominator] -= c;
    return contains_zero(runs.contrast(weights));
  };
  const CrossedEstimate below = runs.cell(denominator);
  if (!(below.mean > 0)) return {0, kInfinity};
  const double ratio = runs.cell(numerator).mean / below.mean;
  Interval interval{accepts(0) ? 0 : boundary(ratio, 0, accepts), kInfinity};
  if (contains_zero(below)) return interval;
  double step = 0.01 * std::max(ratio, 1.0);
  while (accepts(ratio + step)) step *= 2;
  interval.high = boundary(ratio, ratio + step, accepts);
  return interval;
}

}  // namespace ersatz::stats
