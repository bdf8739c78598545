#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "study/check.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {

/// What came of predicting once more.
struct Recomputed {
  std::size_t runs = 0;         ///< whose predictions were made again
  std::size_t predictions = 0;  ///< files of these that were compared
  std::size_t equal = 0;        ///< of the files, those with the same bits
  double largest = 0;           ///< difference of a probability in the others that are no damage
  std::map<std::string, std::vector<std::string>> left_out{};  ///< ids of other runs, by the reason
  /// How many runs were tested on a test set that the study file lacks, or has with other images, by its name: their
  /// predictions for it are not looked at.
  std::map<std::string, std::size_t> other_test_sets{};
  std::vector<Damage> damages{};
};

/// Predicts the test images of `data` again with the weights of every finished run of an output folder, as many runs at
/// a time as there are cores, and compares what comes out with the predictions that are there. Other processors and
/// versions of oneDNN round otherwise: a difference of that size is no damage. Runs that check_folder() has `found`
/// damaged are not looked at. `study` says where pretrained weights are. Writes nothing but features that the cache
/// lacks. `data` must be those of the folder. Throws Error, or Stopped.
Recomputed recompute_predictions(const std::filesystem::path& out, const FolderCheck& found, const Study& study,
                                 const data::DataSet& data, const std::filesystem::path& cache,
                                 const std::function<void(std::size_t done, std::size_t total)>& on_progress);

}  // namespace ersatz::study
