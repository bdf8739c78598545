#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ersatz::stats {

struct Interval {
  double low = 0, high = 0;
};

/// What an accuracy, an F1 or another share can be, and a difference of two.
inline constexpr Interval kShares{0, 1}, kDifferences{-1, 1};

/// The part of an interval that is possible. Of two seeds an interval is easily wider than that. An interval without
/// ends stays without: it says that nothing is known, not that everything is possible.
Interval within(const Interval& interval, const Interval& possible);

/// The score interval of a proportion, `successes` of `n` (Wilson, JASA 22, 1927; Brown, Cai and
/// DasGupta 2001 on why). It never leaves 0..1. [0, 1] when n is 0. `level` lies in (0, 1).
/// Throws Error when successes > n or level is out of range.
Interval wilson_interval(std::uint64_t successes, std::uint64_t n, double level = 0.95);

/// Several measurements of one quantity, such as an accuracy over seeds.
struct Summary {
  std::size_t n = 0;
  double mean = 0;
  double sd = 0;  ///< sample standard deviation (n - 1); 0 when n < 2
  double min = 0, max = 0;
};
Summary summarise(std::span<const double> values);

/// The mean's interval when measurements are normal: mean +- t(n - 1) sd / sqrt(n) (Student 1908).
/// (-infinity, infinity) when n < 2: one measurement says nothing about spread. It knows of nothing but these
/// measurements: accuracies over seeds, which share their test images, take crossed.hpp.
Interval t_interval(const Summary& summary, double level = 0.95);

}  // namespace ersatz::stats
