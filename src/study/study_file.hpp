#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/data_set.hpp"
#include "study/budgets.hpp"
#include "study/run_spec.hpp"
#include "study/seed_rule.hpp"
#include "study/test_sets.hpp"
#include "study/tuning.hpp"

namespace ersatz::study {

/// A study file: a grid of classifiers x training sets x seeds, and what each run is tested on.
/// Format and defaults: docs/study-files.md.
struct Study {
  std::filesystem::path file;
  std::filesystem::path folder;  ///< what its relative paths start from (named_studies.hpp)
  std::string name;
  data::DataLocation data;                 ///< paths made relative to the working folder
  std::optional<data::Resize> resize;      ///< makes all images one size
  std::vector<TrainingSet> training_sets;  ///< in the order of the file; at least one
  std::vector<TestSet> test_sets;          ///< in the order of the file
  std::vector<std::string> test_on;        ///< sources and test sets; empty = all of them
  /// The source whose images are the real ones, where the file says so, and in which line.
  struct RealSourceName {
    std::string name;
    std::size_t line = 0;
  };
  std::optional<RealSourceName> real;
  /// What classifiers learn to tell: which class an image is of, or which source it is from.
  bool label_source = false;
  std::vector<std::string> classifiers;  ///< at least one, all known to the registry
  std::vector<std::uint64_t> seeds{1};
  std::map<std::string, std::filesystem::path> weights;  ///< files with pretrained weights, by network ("vgg16")
  TrainingSettings asked;                                ///< of every run
  Budgets budgets;                                       ///< where there are several
  std::optional<TuneRule> tune;                          ///< of a study whose arms are tuned
  std::optional<SeedRule> until;                         ///< of one that adds seeds: `seeds` are all that may be made
};

/// Reads and checks a study file. Whether the sources it names exist is checked by make_plan().
/// Throws Error "FILE:LINE: KEY: problem" for unknown keys, wrong types and impossible values.
Study read_study(const std::filesystem::path& file);

/// What is said of a name that is_plain_name() refuses.
inline constexpr std::string_view kNameRule =
    "use letters, digits, '.', '_', '+' and '-' only, at most 64, the first a letter or digit; it becomes part of file "
    "names";

/// Whether `name` can be part of a file name and of a run id: letters, digits, '.', '_', '+', '-',
/// beginning with a letter or digit, at most 64.
bool is_plain_name(std::string_view name);

}  // namespace ersatz::study
