// Every number here is Pillow's to the last bit: the order of operations counts, and which of them are done in float.

#include "data/codec/resample_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace ersatz::data {
namespace {

double box(double x) { return x > -0.5 && x <= 0.5 ? 1 : 0; }

double bilinear(double x) { return std::max(0.0, 1 - std::abs(x)); }

/// Keys' cubic convolution with a = -1/2.
double bicubic(double x) {
  constexpr double kA = -0.5;
  x = std::abs(x);
  if (x < 1) return ((kA + 2) * x - (kA + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * kA;
  return 0;
}

double sinc(double x) {
  if (x == 0) return 1;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double lanczos(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

struct Kernel {
  double (*value)(double);
  double radius;
};

Kernel kernel_of(Filter filter) {
  if (filter == Filter::box) return {box, 0.5};
  if (filter == Filter::bilinear) return {bilinear, 1};
  if (filter == Filter::bicubic) return {bicubic, 2};
  return {lanczos, 3};
}

std::int32_t rounded(double weight) {
  const double scaled = weight * (1 << ResampleWeights::kBits);
  return static_cast<std::int32_t>(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

}  // namespace

void ResampleWeights::prepare(int from, float low, float high, int to, Filter filter) {
  const Question question{from, low, high, to, filter};
  if (question == answered_) return;
  const Kernel kernel = kernel_of(filter);
  const double scale = static_cast<double>(high - low) / to;
  const double stretch = std::max(scale, 1.0);  // a smaller image needs a wider kernel, a larger one does not
  const double radius = kernel.radius * stretch;
  const auto size = static_cast<std::size_t>(to);
  stride_ = static_cast<std::size_t>(std::ceil(radius)) * 2 + 1;
  first_.resize(size);
  count_.resize(size);
  values_.assign(size * stride_, 0);
  std::vector<double> weights(stride_);
  for (std::size_t i = 0; i < size; ++i) {
    const double center = low + (static_cast<double>(i) + 0.5) * scale;
    const double inverse = 1.0 / stretch;
    const int begin = std::max(static_cast<int>(center - radius + 0.5), 0);
    const int end = std::min(static_cast<int>(center + radius + 0.5), from);
    const std::size_t count = static_cast<std::size_t>(std::max(end - begin, 0));
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) {
      weights[k] = kernel.value((static_cast<double>(k) + begin - center + 0.5) * inverse);
      sum += weights[k];
    }
    for (std::size_t k = 0; k < count; ++k)
      values_[i * stride_ + k] = rounded(sum != 0 ? weights[k] / sum : weights[k]);
    first_[i] = begin;
    count_[i] = static_cast<int>(count);
  }
  answered_ = question;
}

}  // namespace ersatz::data
