#include "analysis/simulated_study.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ersatz::analysis {
namespace {

double normal_share(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

double normal_quantile(double share) {
  double low = -8, high = 8;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (normal_share(middle) < share ? low : high) = middle;
  }
  return low;
}

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

// normal_share() between values that are 1/256 apart: 1e-6 exact, and the most frequent thing that is done here.
double fast_share(double z) {
  static const std::vector<double> table = [] {
    std::vector<double> values;
    for (int i = 0; i <= 16 * 256; ++i) values.push_back(normal_share(i / 256.0 - 8));
    return values;
  }();
  const double place = std::clamp((z + 8) * 256, 0.0, 16 * 256 - 1e-6);
  const auto below = static_cast<std::size_t>(place);
  return table[below] + (place - static_cast<double>(below)) * (table[below + 1] - table[below]);
}

double normal(Random& random) { return static_cast<double>(random.normal()); }

}  // namespace

double SimulatedStudy::latent_seed_sd(std::size_t set) const {
  return seed_sd / normal_density(normal_quantile(sets[set].accuracy));
}

// Some classes are easier than others.
double SimulatedStudy::threshold(std::size_t set, std::size_t c) const {
  const double place = static_cast<double>(c) / static_cast<double>(classes - 1) - 0.5;
  return normal_quantile(sets[set].accuracy) + 0.6 * place * (set % 2 == 0 ? 1 : -1);
}

SimulatedStudy::Truth SimulatedStudy::truth(std::size_t set) const {
  Truth truth{0, 0, std::vector<double>(classes), std::vector<double>(classes)};
  constexpr int kSeeds = 2000;
  const double share = 1 / static_cast<double>(classes), sd = latent_seed_sd(set);
  for (int s = 0; s < kSeeds; ++s) {
    const double seed = sd * normal_quantile((s + 0.5) / kSeeds);
    std::vector<double> recall(classes);
    double wrong = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      recall[c] = normal_share(threshold(set, c) + seed);
      wrong += 1 - recall[c];
    }
    for (std::size_t c = 0; c < classes; ++c) {
      const double called = recall[c] + (wrong - (1 - recall[c])) / static_cast<double>(classes - 1);
      const double f1 = 2 * recall[c] / (1 + called);
      truth.recall[c] += recall[c] / kSeeds;
      truth.f1[c] += f1 / kSeeds;
      truth.accuracy += share * recall[c] / kSeeds;
      truth.macro_f1 += share * f1 / kSeeds;
    }
  }
  return truth;
}

FakeTable SimulatedStudy::draw(std::uint64_t replicate) const {
  FakeTable table(images, classes);
  const auto stream = static_cast<std::uint32_t>(replicate);
  Random of_images(1, "images", stream);
  std::vector<double> easy(images);
  for (double& one : easy) one = image_sd * normal(of_images);
  const double chance = std::sqrt(1 - image_sd * image_sd - cell_sd * cell_sd);
  const auto n = static_cast<std::uint32_t>(classes);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    Random random(1, "cell", stream, set);
    std::vector<double> level(images);
    std::vector<std::uint32_t> taken_for(images);  // by most runs of the cell that are wrong
    for (std::size_t i = 0; i < images; ++i) {
      level[i] = threshold(set, i % classes) + easy[i] + cell_sd * normal(random);
      taken_for[i] = 1 + random.below(n - 1);
    }
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const double better = latent_seed_sd(set) * normal(random);
      std::vector<std::int32_t> predicted(images);
      for (std::size_t i = 0; i < images; ++i) {
        const bool right = static_cast<double>(random.uniform()) < fast_share((level[i] + better) / chance);
        const std::uint32_t shift = right ? 0 : random.below(5) < 3 ? taken_for[i] : 1 + random.below(n - 1);
        predicted[i] = static_cast<std::int32_t>((static_cast<std::uint32_t>(i % classes) + shift) % n);
      }
      table.add_mixture_predicted(sets[set].real, sets[set].fake, seed, std::move(predicted));
    }
  }
  return table;
}

double images_on_curve(const std::vector<double>& images, const std::vector<double>& accuracies, double accuracy) {
  const auto right = static_cast<std::size_t>(std::ranges::lower_bound(accuracies, accuracy) - accuracies.begin());
  const double share = (accuracy - accuracies[right - 1]) / (accuracies[right] - accuracies[right - 1]);
  return images[right - 1] * std::pow(images[right] / images[right - 1], share);
}

}  // namespace ersatz::analysis
