#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/first_seed.hpp"
#include "analysis/results.hpp"

namespace ersatz::analysis {

/// An example of how a trained classifier takes a test image.
struct Look {
  std::int32_t truth = 0;  ///< the image's class
  bool right = false;      ///< it was called that
  std::uint32_t image = 0;
};

/// Of every class the test image that this seed is surest about and right, and the one it is surest about and wrong, as
/// far as there are such. By class, the right one first.
std::vector<Look> surest_looks(const FirstSeed& seed, const std::vector<std::int32_t>& truth, std::size_t classes);

/// What a page shows of where classifiers look in images of the real source: cells of the first classifier that `can`
/// say it, one that was trained on real images alone and one for each other source that was trained on alone, each time
/// on as many images as there are. At most `most`.
std::vector<const Cell*> cells_to_explain(const ResultTable& table, std::size_t most,
                                          const std::function<bool(const std::string& classifier)>& can);

}  // namespace ersatz::analysis
