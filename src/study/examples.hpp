#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/selection.hpp"
#include "data/soft_labels.hpp"
#include "study/run_record.hpp"
#include "study/run_spec.hpp"

namespace ersatz::study {

/// The images that a run trains on and those it watches.
struct TrainingExamples {
  data::Selection training, validation;
  std::vector<std::size_t> source_images;  ///< images of each source of the set that its amount counts, in its order
  /// Those of them that are trained on: all but the ones that own_validation watches.
  std::vector<std::size_t> trained_images{};
  /// Of each phase of the set, for each of the phase's sources: its places among the training images.
  std::vector<std::vector<std::vector<std::uint32_t>>> phases{};
  /// Of the training images, where a teacher gives them some (verified_images.hpp).
  std::shared_ptr<const data::SoftLabels> soft_labels{};
};

/// Chooses a run's images. From each source of the training set the validation part is set aside
/// first (data::hold_out) and never trained on (with settings.validate_on the parts of those sources are
/// watched instead); what is left is cut to the source's amount with the
/// run's seed: a number evenly over the classes, a fraction of every class. With a limit of N images
/// per class, the classes of the whole mixture are cut to N, each source keeping its part, and
/// their validation images to ceil(N * share / (1 - share)). A phase keeps its part of them, too. With
/// settings.own_validation nothing is set aside first: of what an amount and a limit leave of
/// settings.own_validation_of this share is watched (data::hold_out_chosen), and counts as images of the amount. What a
/// training set keeps of them is chosen afterwards (verified_images.hpp). Throws
/// Error when a source, its training split or the number of images asked for is not there.
TrainingExamples choose_examples(const data::DataSet& data, const TrainingSet& set, const TrainingSettings& settings,
                                 std::uint64_t seed);

/// How many images choose_examples() chooses, and how many of them are kept, without choosing: what a plan needs. Same
/// errors, and one when a training set, a phase of it, or a source that it draws from or keeps images of has none.
struct ExampleCounts {
  std::size_t training = 0, validation = 0;
  std::vector<std::size_t> of_source{};  ///< training images of each source of the set, in its order
  /// The same before any are left out by `keep`, of each class: [sources][classes].
  std::vector<std::vector<std::size_t>> of_class{};
};
ExampleCounts count_examples(const data::DataSet& data, const TrainingSet& set, const TrainingSettings& settings);

/// Indices of the test images of a source: all of them in store order, or those without an exact or a near copy in the
/// source's training split. Throws Error when there is none.
std::vector<std::uint32_t> test_indices(const data::Source& source, DropDuplicates drop);

/// So many of them: all, a number evenly over the classes, or a fraction of every class, chosen by `seed`. Throws Error
/// when there are fewer.
std::vector<std::uint32_t> choose_test_images(const data::Source& source, DropDuplicates drop, const Amount& amount,
                                              std::uint64_t seed);

/// The lines of DIR/data/<SOURCE>-test.csv for these images.
std::vector<TestImage> test_images(const data::Source& source, const std::vector<std::uint32_t>& indices);

}  // namespace ersatz::study
