#include "nn/loss.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace ersatz::nn {
namespace {

// exp(x - max) of one row into `out`; returns the sum. In doubles, because ten numbers a row cost nothing.
double exponentials(std::span<const float> row, double* out) {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (std::size_t c = 0; c < row.size(); ++c) sum += out[c] = std::exp(row[c] - largest);
  return sum;
}

}  // namespace

LossSum softmax_cross_entropy(std::span<const float> logits, std::span<const std::int32_t> labels, int classes,
                              std::span<float> gradients, double smoothing, std::span<const float> weights,
                              std::span<const float> targets) {
  const auto width = static_cast<std::size_t>(classes);
  const auto examples = static_cast<double>(labels.size());
  const double together = weights.empty() ? examples : std::accumulate(weights.begin(), weights.end(), 0.0);
  const double scale = together > 0 ? 1.0 / together : 0.0;
  const double other = smoothing / classes, hot = 1.0 - smoothing + other;  // the target's probabilities
  std::vector<double> weight(width);
  LossSum sum;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = logits.subspan(i * width, width);
    const auto label = static_cast<std::size_t>(labels[i]);
    const double total = exponentials(row, weight.data());
    const auto largest = std::max_element(row.begin(), row.end());
    const double own = weights.empty() ? 1.0 : weights[i];
    const auto target = targets.empty() ? targets : targets.subspan(i * width, width);
    const double taught = target.empty() ? row[label] : std::inner_product(row.begin(), row.end(), target.begin(), 0.0);
    sum.loss += own * (std::log(total) + *largest - taught);
    if (smoothing > 0) {
      const double mean = std::accumulate(row.begin(), row.end(), 0.0) / classes;
      sum.loss += own * (smoothing * (taught - mean));
    }
    sum.correct += static_cast<std::size_t>(largest - row.begin()) == label;
    if (gradients.empty()) continue;
    for (std::size_t c = 0; c < width; ++c) {
      const double wanted = target.empty() ? (c == label ? hot : other) : (1.0 - smoothing) * target[c] + other;
      gradients[i * width + c] = static_cast<float>((weight[c] / total - wanted) * scale * own);
    }
  }
  if (!weights.empty()) sum.loss *= together > 0 ? examples / together : 0.0;
  if (!gradients.empty())
    std::fill(gradients.begin() + static_cast<std::ptrdiff_t>(labels.size() * width), gradients.end(), 0.0F);
  return sum;
}

void softmax(std::span<const float> logits, int classes, std::span<float> probabilities) {
  const auto width = static_cast<std::size_t>(classes);
  std::vector<double> weight(width);
  for (std::size_t at = 0; at < logits.size(); at += width) {
    const double total = exponentials(logits.subspan(at, width), weight.data());
    for (std::size_t c = 0; c < width; ++c) probabilities[at + c] = static_cast<float>(weight[c] / total);
  }
}

}  // namespace ersatz::nn
