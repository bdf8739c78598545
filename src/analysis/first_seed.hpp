#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::analysis {

/// What the first seed of a cell takes each test image for: what a page shows of single images.
struct FirstSeed {
  const Cell* cell = nullptr;
  const TestResult* result = nullptr;
  /// The probability of the class that each test image was called; empty where a pack did not keep them.
  std::vector<float> sure;

  bool is_wrong(const std::vector<std::int32_t>& truth, std::size_t image) const {
    return result->predicted[image] != truth[image];
  }
};

/// Of `cell`, which is one of the table's. Throws Error when predictions cannot be read.
FirstSeed first_seed(const ResultTable& table, const Cell& cell);

/// The surest mistakes first, at most `most`: indices of test images. Where nobody knows how sure, in their order.
std::vector<std::uint32_t> surest_mistakes(const FirstSeed& seed, const std::vector<std::int32_t>& truth,
                                           std::size_t most);

/// `each` test images of every class, evenly spread over their order: no eye has chosen them.
std::vector<std::uint32_t> samples_of_classes(const std::vector<std::int32_t>& truth, std::size_t classes,
                                              std::size_t each);

/// The test images of `source` that are worth a look, at most `most`, in increasing order: samples of every class, the
/// surest mistakes of every cell, and examples of every entry of every confusion matrix, as many of each as there is
/// room for.
std::vector<std::uint32_t> images_to_show(const ResultTable& table, const std::string& source, std::size_t most);

/// How many of each a page shows, where it has them.
inline constexpr std::size_t kSamplesShown = 8, kMistakesShown = 8, kExamplesShown = 12;

}  // namespace ersatz::analysis
