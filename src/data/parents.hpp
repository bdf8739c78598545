#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "data/image_store.hpp"

namespace ersatz::data {

/// Images of one source that were made from images of another (by img2img, or by a model that was tuned on them). Of
/// one source and itself: images of the same groups.
struct Parentage {
  std::string derived, parent;      ///< sources
  std::size_t derived_images = 0;   ///< for training
  std::size_t without_parent = 0;   ///< those that belong to no image of the parent
  std::size_t training_images = 0;  ///< derived images for training whose parents are for testing
  std::size_t parents = 0;          ///< such parents
  std::size_t parents_in_all = 0;   ///< test images of the parent

  /// What is wrong, for those who train on `derived` and test on `parent`; empty when nothing is.
  std::string warning() const;
};

struct Source;

/// Compares the groups of the images (group_numbers()), or, without groups (null), their classes and their names
/// without folders and ending.
Parentage find_parents(const Source& derived, const std::string* derived_group, const Source& parent,
                       const std::string* parent_group);

}  // namespace ersatz::data
