#include "study/predicted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/npy.hpp"
#include "base/npy_integers.hpp"
#include "base/text.hpp"
#include "stats/classification.hpp"
#include "study/output_layout.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;

fs::path predicted_file(const RunRecord& record, const std::string& source) {
  return record.packed ? classes_file(record.folder, source) : predictions_file(record.folder, source);
}

std::vector<std::int32_t> classes_of(const Matrix& probabilities) {
  std::vector<std::int32_t> classes = stats::argmax_rows(probabilities);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (std::ranges::any_of(probabilities.row(i), [](float p) { return std::isnan(p); })) classes[i] = -1 - classes[i];
  }
  return classes;
}

Predicted predicted_of(const std::vector<std::int32_t>& classes) {
  Predicted predicted{classes, 0};
  for (std::int32_t& one : predicted.classes) {
    if (one >= 0) continue;
    one = -1 - one;
    ++predicted.not_numbers;
  }
  return predicted;
}

Predicted read_predicted(const RunRecord& record, const std::string& source, std::size_t classes) {
  const fs::path file = predicted_file(record, source);
  Predicted predicted = predicted_of(record.packed ? read_npy_integers(file) : classes_of(read_npy(file)));
  const auto beyond = [&](std::int32_t one) { return static_cast<std::size_t>(one) >= classes; };
  const auto wrong = std::ranges::find_if(predicted.classes, beyond);
  if (wrong == predicted.classes.end()) return predicted;
  throw Error(fmt::format("{}: image {} is of class {}, but there are {} classes", file.string(),
                          wrong - predicted.classes.begin(), *wrong, classes));
}

std::string no_weights_to_test(const std::vector<std::string>& sources) {
  return fmt::format("it was packed without its weights, and is not tested on {}", join_words(sources));
}

}  // namespace ersatz::study
