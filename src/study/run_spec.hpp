#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/augment/augmentation.hpp"
#include "study/weights.hpp"
#include "train/trainer.hpp"

namespace ersatz::study {

/// How much of a source's training images a training set takes: all, a number of images
/// (balanced over the classes), or a fraction in (0, 1]. The validation part is never counted.
struct Amount {
  enum class Kind { all, count, fraction } kind = Kind::all;
  double value = 0;

  bool operator==(const Amount&) const = default;
};

/// "all", 5000 (images) or 0.5 (fraction), as study files and run.json write it.
Json to_json(const Amount& amount);

/// A named mixture of sources to train on.
struct TrainingSet {
  std::string name;
  std::vector<std::pair<std::string, Amount>> sources;  ///< source name, how much; in byte order of the names
  /// How its images are changed from epoch to epoch; nothing where the study file does not say.
  std::optional<std::vector<data::Augmentation>> augment = std::nullopt;
};

enum class PrecisionChoice { automatic, f32, bf16 };
std::string_view precision_choice_name(PrecisionChoice choice);  ///< "auto", "f32", "bf16"
std::optional<PrecisionChoice> precision_choice(std::string_view name);
/// What the choice means on this machine.
nn::Precision resolve_precision(PrecisionChoice choice);

/// Everything that a run's result depends on besides its data, with the seed study's defaults.
struct RunSettings {
  train::Regime regime;       ///< its precision and seed are set when the run starts
  bool epochs_given = false;  ///< someone asked for this number of epochs: it counts for classifiers with a recipe, too
  std::optional<double> label_smoothing = std::nullopt;  ///< asked for; else it is 0, or what a recipe says
  PrecisionChoice precision = PrecisionChoice::automatic;
  double validation = 0.2;           ///< share of each class's training images
  std::optional<std::size_t> limit;  ///< training images per class (--limit)
  /// Sources whose validation parts are watched; empty: those that are trained on.
  std::vector<std::string> validate_on = {};
  bool drop_duplicates = false;  ///< leave test images out that have an exact copy in the training split
};

/// One run: one classifier, one training set, one seed. `test_on` is not part of its identity:
/// a finished run can be tested on further sources without training it again.
struct RunSpec {
  std::string classifier;
  TrainingSet train_on;
  std::uint64_t seed = 1;
  RunSettings settings;
  std::string data_fingerprint;
  std::vector<std::string> test_on;  ///< source names
  /// Of a classifier with a backbone. The hash is part of the identity, the path is not.
  std::optional<WeightsFile> weights;

  /// "lenet-REAL-s1-3f2a91c0": readable, and 8 hexadecimal digits of SHA-256 over the identity.
  std::string id() const;
};

/// A run description and back: the keys classifier, train_on, seed, settings (all of them, and the
/// training set's sources) and data_fingerprint as run.json has them, and test_on. from_json throws
/// Error on what to_json cannot have written.
Json to_json(const RunSpec& spec);
RunSpec run_spec_from_json(const Json& value);

}  // namespace ersatz::study
