#include "stats/effect_size.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

namespace ersatz::stats {

EffectSize cohens_d(const Summary& base, const Summary& other, double level) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(base.n), m = static_cast<double>(other.n);
  const double difference = other.mean - base.mean;
  if (base.n < 2 || other.n < 2) return {NAN, {-kInfinity, kInfinity}};
  const double pooled = std::sqrt(((n - 1) * base.sd * base.sd + (m - 1) * other.sd * other.sd) / (n + m - 2));
  if (pooled == 0) return difference == 0 ? EffectSize{} : EffectSize{NAN, {-kInfinity, kInfinity}};
  const double d = difference / pooled;
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + level / 2);
  const double half = z * std::sqrt((n + m) / (n * m) + d * d / (2 * (n + m)));
  return {d, {d - half, d + half}};
}

}  // namespace ersatz::stats
