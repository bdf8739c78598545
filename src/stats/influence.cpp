#include "stats/influence.hpp"

#include <algorithm>

namespace ersatz::stats {
namespace {

/// A rate of class c is a ratio of counts, and the influence of an image on it is
/// (what it adds to the numerator - rate x what it adds to the denominator) N / denominator.
struct Linear {
  double rate = 0;
  double called = 0, is = 0,
         both = 0;  ///< influence of an image that is called c, that is c, and besides of one of both
};

Linear linearise(Rate rate, std::size_t c, const Confusion& confusion) {
  double called = 0, is = 0, images = 0;
  for (std::size_t t = 0; t < confusion.classes; ++t) {
    for (std::size_t p = 0; p < confusion.classes; ++p) {
      const auto count = static_cast<double>(confusion.at(t, p));
      images += count;
      if (t == c) is += count;
      if (p == c) called += count;
    }
  }
  const auto right = static_cast<double>(confusion.at(c, c));
  const double numerator = rate == Rate::f1 ? 2 * right : right;
  const double denominator = rate == Rate::precision ? called : rate == Rate::recall ? is : called + is;
  if (denominator == 0) return {};
  Linear linear{numerator / denominator};
  const double against = -linear.rate * images / denominator;
  if (rate != Rate::recall) linear.called = against;
  if (rate != Rate::precision) linear.is = against;
  linear.both = (rate == Rate::f1 ? 2 : 1) * images / denominator;
  return linear;
}

}  // namespace

void accuracy_values(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                     std::span<double> out) {
  for (std::size_t i = 0; i < truth.size(); ++i) out[i] = predicted[i] == truth[i] ? 1 : 0;
}

void class_values(Rate rate, std::size_t c, const Confusion& confusion, std::span<const std::int32_t> truth,
                  std::span<const std::int32_t> predicted, std::span<double> out) {
  const Linear linear = linearise(rate, c, confusion);
  const auto one = static_cast<std::int32_t>(c);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool is = truth[i] == one, called = predicted[i] == one;
    out[i] = linear.rate + (is ? linear.is : 0) + (called ? linear.called : 0) + (is && called ? linear.both : 0);
  }
}

void macro_values(Rate rate, const Confusion& confusion, std::span<const std::int32_t> truth,
                  std::span<const std::int32_t> predicted, std::span<double> out) {
  const std::vector<bool> counted = classes_with_images(confusion);
  const double share = 1 / static_cast<double>(std::max<std::ptrdiff_t>(1, std::ranges::count(counted, true)));
  std::vector<Linear> linear(confusion.classes);
  double mean = 0;
  for (std::size_t c = 0; c < confusion.classes; ++c) {
    if (!counted[c]) continue;
    linear[c] = linearise(rate, c, confusion);
    mean += share * linear[c].rate;
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Linear &is = linear[static_cast<std::size_t>(truth[i])],
                 &called = linear[static_cast<std::size_t>(predicted[i])];
    out[i] = mean + share * (is.is + called.called + (truth[i] == predicted[i] ? is.both : 0));
  }
}

}  // namespace ersatz::stats
