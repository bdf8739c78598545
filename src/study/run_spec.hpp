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
#include "study/amount.hpp"
#include "study/image_use.hpp"
#include "study/training_settings.hpp"
#include "study/weights.hpp"

namespace ersatz::study {

/// A named mixture of sources to train on.
struct TrainingSet {
  std::string name;
  Amounts sources;
  /// How its images are changed from epoch to epoch; nothing where the study file does not say.
  std::optional<std::vector<data::Augmentation>> augment = std::nullopt;
  ImageUse use = {};
  std::size_t line = 0;  ///< of `use` in the study file, where one asks for it
  /// Settings that go before the study's. No part of run.json, whose settings hold them already: study.json says which
  /// a training set has of its own (own_settings.hpp).
  TrainingSettings own = {};
};

/// One run: one classifier, one training set, one seed. `test_on` is not part of its identity:
/// a finished run can be tested on further sources without training it again.
struct RunSpec {
  std::string classifier;
  TrainingSet train_on;
  std::uint64_t seed = 1;
  TrainingSettings settings;   ///< that the run is trained with; of a finished run as they were written
  std::string method_version;  ///< of the classifier's own method; empty where the study decides
  std::string data_fingerprint;
  std::vector<std::string> test_on;  ///< source names
  /// Of a classifier with a backbone. The hash is part of the identity, the path is not.
  std::optional<WeightsFile> weights;

  /// "lenet-REAL-s1-3f2a91c0": readable, and 8 hexadecimal digits of SHA-256 over the identity.
  std::string id() const;
};

/// A run description and back: the keys classifier, train_on, seed, settings (all of them, and the
/// training set's sources) and data_fingerprint as run.json has them, and test_on. from_json throws
/// Error on what to_json cannot have written. Nothing is computed anew: what a record says is what it holds.
Json to_json(const RunSpec& spec);
RunSpec run_spec_from_json(const Json& value);

}  // namespace ersatz::study
