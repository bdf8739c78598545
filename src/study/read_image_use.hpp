#pragma once

#include <optional>
#include <vector>

#include "study/image_use.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

// What a section [train.NAME], one of its phases, or [test.NAME] says of how images are used. Format:
// docs/study-files.md. All throw Error "FILE:LINE: KEY: problem".

/// The key augment; nothing where it is not there.
std::optional<std::vector<data::Augmentation>> read_augmentations(const TomlSection& section);
/// The key transform of [test.NAME]; none where it is not there.
std::vector<data::Augmentation> read_transform(const TomlSection& section);

/// The keys draw, weight, match, keep and labels, for each of the training sets that the section stands for. A set that
/// lacks one of the drawn sources is not drawn, and one of a single source neither drawn nor weighted; of a source that
/// a set lacks nothing is kept.
std::vector<ImageUse> read_uses(const TomlSection& section, const std::vector<Amounts>& sets);

/// The key phases: at least two, all with a share of the budget or all with steps.
std::vector<Phase> read_phases(const TomlSection& section);

/// What the phases take together: the largest amount of each source.
Amounts amounts_together(const TomlSection& section, const std::vector<Phase>& phases);

}  // namespace ersatz::study
