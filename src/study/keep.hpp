#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"

namespace ersatz::study {

/// A classifier that learns from the photographs of a training set and then judges its generated images
/// (train/verifier.hpp).
struct VerifierChoice {
  std::string classifier = "lenet";
  std::string photographs;  ///< the source that it learns from; empty until a plan decides
  std::string recipe;       ///< version of its training, part of a run's identity; empty until a plan decides

  bool operator==(const VerifierChoice&) const = default;
};

/// What decides which generated images are kept.
enum class KeepBy {
  agreement,   ///< the verifier's probability of the image's label, highest first
  confidence,  ///< its largest probability, whatever the label
  middle,      ///< the probability of the label that is nearest to the median
  hardest,     ///< the lowest probability of the label first
  nearest,     ///< least distance to the nearest photograph of the class, in the verifier's features
  farthest,    ///< the largest such distance
  distinct,    ///< the farthest from the images that are kept already, so that near copies go first
  random,      ///< no verifier: what the others are to be compared with
};
std::string_view keep_name(KeepBy by);
std::optional<KeepBy> keep_from_name(std::string_view name);
std::vector<std::string> keep_names();

/// Which of a source's images a training set keeps.
struct Keep {
  KeepBy by = KeepBy::agreement;
  double share = 0.5;         ///< of the images of the amount, in (0, 1)
  bool per_class = true;      ///< of each class; else of all together
  VerifierChoice verifier{};  ///< not of `random`

  bool operator==(const Keep&) const = default;
};
/// In byte order of the sources.
using SourceKeeps = std::vector<std::pair<std::string, Keep>>;

/// Soft labels of generated images: (1 - share) x the label + share x the teacher's probabilities.
struct TeacherLabels {
  double share = 1;        ///< in (0, 1]
  double temperature = 1;  ///< the teacher's probabilities to the power of 1 / temperature; 1 = as they are
  VerifierChoice teacher{};

  bool operator==(const TeacherLabels&) const = default;
};

/// The keys keep and labels of a run's settings, those that there are, and back. from_json throws Error or
/// Json::exception on what to_json cannot have written.
void keep_to_json(const SourceKeeps& keep, Json& settings);
SourceKeeps keep_from_json(const Json& settings);
void labels_to_json(const std::optional<TeacherLabels>& labels, Json& settings);
std::optional<TeacherLabels> labels_from_json(const Json& settings);

/// The same with images that are kept at random: what `keep` is compared with.
SourceKeeps kept_at_random(SourceKeeps keep);
/// Whether a verifier chooses any of them.
bool asks_verifier(const SourceKeeps& keep);

}  // namespace ersatz::study
