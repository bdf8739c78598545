#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ersatz::nn {

/// Sums over the examples of a batch.
struct LossSum {
  double loss = 0;          ///< categorical cross-entropy, natural logarithm
  std::size_t correct = 0;  ///< largest logit is the label's; ties go to the lower class
};

/// Softmax cross-entropy of logits [n, classes] with labels [n]. When `gradients` [rows, classes]
/// is not empty it gets d(mean loss)/d(logits) = (softmax - one-hot) / n; rows from n on are zeroed. With `smoothing` s
/// the target is (1 - s) one-hot + s / classes, in the loss too (Szegedy et al. 2016, arXiv 1512.00567, as PyTorch has
/// it). With `weights` [n], none of them negative, the mean loss is sum w l / sum w, as PyTorch's CrossEntropyLoss has
/// it, and the sum n times that; where all weights are 0 it is 0, and so are all gradients.
/// With `targets` [n, classes], whose rows add up to 1, these stand in the place of the one-hot labels, which then only
/// say what is correct: the loss of an example is - sum t log softmax, as PyTorch's CrossEntropyLoss has it.
LossSum softmax_cross_entropy(std::span<const float> logits, std::span<const std::int32_t> labels, int classes,
                              std::span<float> gradients = {}, double smoothing = 0,
                              std::span<const float> weights = {}, std::span<const float> targets = {});

/// Softmax of each row of [n, classes], stable for large logits.
void softmax(std::span<const float> logits, int classes, std::span<float> probabilities);

}  // namespace ersatz::nn
