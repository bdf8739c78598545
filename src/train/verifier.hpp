#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/npy.hpp"
#include "data/selection.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/tensor.hpp"

namespace ersatz::train {

/// The version of a verifier's training, below: part of the identity of runs that ask one.
inline constexpr std::string_view kVerifierRecipe = "verifier-1";

/// How each network of a verifier is trained on half of so many photographs: a fixed number of steps of 64 images at a
/// rate of .01 with a momentum of .9, cooled down over the last fifth, images mirrored at random. A classifier with a
/// method of its own is trained by that, on as many images.
models::Method verifier_method(const models::Classifier& classifier, std::size_t photographs);

/// The photographs in two halves, class by class at random by `seed`; each keeps their order. Of a class with an odd
/// number the one half has one more, of the next such class the other. Throws Error when one is empty.
std::array<data::Selection, 2> verifier_halves(const data::Selection& photographs, std::uint64_t seed);

/// The seed of a verifier's first (0) or second (1) network.
std::uint64_t verifier_seed(std::uint64_t seed, std::size_t network);

/// Two networks of a classifier, each trained on one half of some photographs, so that each photograph has one that has
/// not seen it.
class Verifier {
 public:
  Verifier(models::Classifier classifier, models::TestViews views, std::array<data::Selection, 2> halves,
           std::array<nn::NamedTensors, 2> weights);

  /// Class probabilities [n, classes] of images that neither network has seen: the mean of both. Throws Stopped.
  Matrix probabilities(const data::Selection& images) const;
  /// What the last layer of a network reads of the images, [n, features], each row of length 1 (or 0). Throws Stopped.
  Matrix features(std::size_t network, const data::Selection& images) const;
  /// The photographs that a network has not seen.
  const data::Selection& unseen_by(std::size_t network) const { return halves_.at(1 - network); }
  const std::array<nn::NamedTensors, 2>& weights() const { return weights_; }

 private:
  models::Classifier classifier_;
  models::TestViews views_;
  std::array<data::Selection, 2> halves_;
  std::array<nn::NamedTensors, 2> weights_;
};

}  // namespace ersatz::train
