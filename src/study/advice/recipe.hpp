#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ersatz::study {

/// How a recipe uses its generated images; all but the first are keys of a training set (docs/study-files.md).
enum class GeneratedUse {
  mixed,      ///< shuffled among the photographs, all alike
  half,       ///< draw: half of every batch
  light,      ///< weight 0.3 in the loss
  first,      ///< phases: half of the training on them, then on the photographs
  color,      ///< match = "color"
  spectrum,   ///< match = "spectrum"
  agreement,  ///< keep: the half that a verifier calls what their labels say
  distinct,   ///< keep: the half without near copies
  teacher,    ///< labels = "teacher"
};

/// What a recipe changes of the training that is usual; a member is empty where it is as usual.
struct TrainingChange {
  std::optional<double> learning_rate, label_smoothing;
  std::optional<std::vector<std::string>> augment;  ///< names of augmentations, each with its defaults

  bool operator==(const TrainingChange&) const = default;
};

/// A way to train a classifier with n photographs, with or without generated images: a candidate of `ersatz advise`.
struct Recipe {
  std::string name;                                            ///< of its training set: "with-03", "without-00"
  std::string real;                                            ///< source of the photographs
  std::size_t photographs = 0;                                 ///< those that are only watched among them
  std::vector<std::pair<std::string, std::size_t>> generated;  ///< images of other sources, 0 for all; empty: none
  GeneratedUse use = GeneratedUse::mixed;
  TrainingChange training;

  std::size_t added() const;  ///< generated images
  bool operator==(const Recipe&) const = default;
};

/// The section [train.NAME] of a study file.
std::string train_section(const Recipe& recipe);

/// The same in words: "2,000 REAL and 10,000 FAKE, half of each batch from each; flip, crop; learning rate 0.03".
std::string recipe_words(const Recipe& recipe);

}  // namespace ersatz::study
