#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "study/run_record.hpp"

namespace ersatz::study {

/// What a run takes each test image of a source for: all that tables, figures, answers and comparisons go by.
struct Predicted {
  std::vector<std::int32_t> classes;  ///< in the order of the test images
  std::size_t not_numbers = 0;        ///< images whose probabilities are NaN: the run diverged
};

/// Where that stands: the predictions of a run, or the classes of one that was packed.
std::filesystem::path predicted_file(const RunRecord& record, const std::string& source);

/// Throws Error naming the file when it is missing or damaged, or names a class beyond `classes`.
Predicted read_predicted(const RunRecord& record, const std::string& source, std::size_t classes);

/// The class of each image, as a packed run has it in its file of classes: c, or -1 - c where a probability of the
/// image is NaN. And back.
std::vector<std::int32_t> classes_of(const Matrix& probabilities);
Predicted predicted_of(const std::vector<std::int32_t>& classes);

/// "it was packed without its weights, and is not tested on A and B": why such a run is made anew.
std::string no_weights_to_test(const std::vector<std::string>& sources);

}  // namespace ersatz::study
