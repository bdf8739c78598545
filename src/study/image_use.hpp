#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/augment/augmentation.hpp"
#include "data/ramp.hpp"
#include "study/amount.hpp"
#include "study/keep.hpp"

namespace ersatz::study {

/// A number for each of some sources; in byte order of the names.
using SourceRamps = std::vector<std::pair<std::string, data::Ramp>>;

/// A part of training, with images of its own. Those of an amount are among the training set's, which takes the largest
/// amount of all phases.
struct Phase {
  Amounts sources;
  std::optional<double> share = std::nullopt;  ///< of the budget, where the study file gives one; never of a run
  std::int64_t steps = 0;                      ///< 0 as long as there is only a share
  SourceRamps draw = {}, weight = {};          ///< as of ImageUse
  /// How its images are changed; nothing: as those of the training set.
  std::optional<std::vector<data::Augmentation>> augment = std::nullopt;
};

/// What the images of other sources are given of the real source's.
enum class Match { nothing, color, spectrum };
std::string_view match_name(Match match);  ///< "color", "spectrum"; empty for nothing
std::optional<Match> match_from_name(std::string_view name);

/// How training uses a training set's images besides what they are: nothing of all this in most.
struct ImageUse {
  SourceRamps draw;           ///< the share of every batch that comes from each source; empty: shuffled together
  SourceRamps weight;         ///< of a source's images in the loss, those that are not named have 1
  std::vector<Phase> phases;  ///< one after the other; none or at least two
  Match match = Match::nothing;
  std::string match_to;  ///< the source whose statistics the others get; empty until a plan decides
  SourceKeeps keep{};    ///< which images of a source are trained on, those that are not named keep all
  std::optional<TeacherLabels> labels = std::nullopt;  ///< of the images of other sources than the real one

  /// Whether all images are shuffled together, count alike, and are what they are.
  bool is_usual() const {
    return draw.empty() && weight.empty() && phases.empty() && match == Match::nothing && keep.empty() && !labels;
  }
  /// Whether a phase changes its images while training.
  bool augments() const;
};

/// Writes the keys draw, weight, phases, match, keep and labels into a run's settings, those that there are, and reads
/// them back. from_json throws Error or Json::exception on what to_json cannot have written.
void use_to_json(const ImageUse& use, Json& settings);
ImageUse use_from_json(const Json& settings);

Json augmentations_to_json(const std::vector<data::Augmentation>& list);
std::vector<data::Augmentation> augmentations_from_json(const Json& list);

/// Whether both are written alike.
bool same_use(const ImageUse& a, const ImageUse& b);

}  // namespace ersatz::study
