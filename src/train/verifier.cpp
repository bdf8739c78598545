#include "train/verifier.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/batch_source.hpp"
#include "train/penultimate.hpp"
#include "train/predict.hpp"

namespace ersatz::train {
namespace {

// What was measured is in docs/design.md.
constexpr std::int64_t kSteps = 1600;
constexpr int kBatch = 64;

}  // namespace

models::Method verifier_method(const models::Classifier& classifier, std::size_t photographs) {
  const std::size_t half = std::max<std::size_t>(1, photographs / 2);
  if (classifier.method) {
    const models::Method usual = classifier.method->resolve(half, std::nullopt, std::nullopt);
    const std::int64_t steps = std::max<std::int64_t>(1, kSteps * kBatch / usual.batching.size);
    return classifier.method->resolve(half, std::nullopt, steps);
  }
  models::Method method;
  method.batching.size = kBatch;
  method.budget = models::StepBudget{kSteps};
  method.optimizer.learning_rate = 0.01;
  method.optimizer.momentum = 0.9;
  method.schedule = models::Cooldown{0.2};
  method.augmentation = {data::Flip{}};
  return method;
}

std::array<data::Selection, 2> verifier_halves(const data::Selection& photographs, std::uint64_t seed) {
  std::map<std::int32_t, std::vector<std::uint32_t>> classes;
  for (std::uint32_t i = 0; i < photographs.size(); ++i) classes[photographs.labels[i]].push_back(i);
  std::vector<std::size_t> half_of(photographs.size());
  std::size_t next = 0;
  for (auto& [label, members] : classes) {
    Random(seed, "verifier halves", 0, static_cast<std::uint64_t>(label)).shuffle(std::span(members));
    for (const std::uint32_t i : members) half_of[i] = next++ % 2;
  }
  std::array<data::Selection, 2> halves;
  for (data::Selection& half : halves) half.shape = photographs.shape;
  for (std::size_t i = 0; i < photographs.size(); ++i) {
    data::Selection& half = halves.at(half_of[i]);
    half.images.push_back(photographs.images[i]);
    half.labels.push_back(photographs.labels[i]);
  }
  if (halves[0].size() == 0 || halves[1].size() == 0) {
    throw Error("a verifier cannot learn from fewer than two photographs");
  }
  return halves;
}

std::uint64_t verifier_seed(std::uint64_t seed, std::size_t network) { return Random(seed, "verifier", 0, network)(); }

Verifier::Verifier(models::Classifier classifier, models::TestViews views, std::array<data::Selection, 2> halves,
                   std::array<nn::NamedTensors, 2> weights)
    : classifier_(std::move(classifier)), views_(views), halves_(std::move(halves)), weights_(std::move(weights)) {}

Matrix Verifier::probabilities(const data::Selection& images) const {
  const data::PixelSource source(images, classifier_.transform);
  Matrix mean = predict(classifier_, views_, weights_[0], source);
  const Matrix other = predict(classifier_, views_, weights_[1], source);
  for (std::size_t i = 0; i < mean.values.size(); ++i) mean.values[i] = (mean.values[i] + other.values[i]) / 2;
  return mean;
}

Matrix Verifier::features(std::size_t network, const data::Selection& images) const {
  const data::PixelSource source(images, classifier_.transform);
  Matrix rows = penultimate_features(classifier_.network, weights_.at(network), source);
  const std::size_t width = rows.columns;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = std::span(rows.values).subspan(i * width, width);
    double squares = 0;
    for (const float value : row) squares += static_cast<double>(value) * value;
    if (squares == 0) continue;
    for (float& value : row) value = static_cast<float>(value / std::sqrt(squares));
  }
  return rows;
}

}  // namespace ersatz::train
