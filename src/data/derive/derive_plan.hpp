#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/derive/candidates.hpp"
#include "data/derive/derived_kind.hpp"

namespace ersatz::data {

/// An image that a derived source will have.
struct PlannedImage {
  std::int32_t stands_under = 0;  ///< the class whose folder it is in
  std::int32_t label = 0;         ///< the class that it is of
  bool of_other = false;          ///< it is of the second source
  std::uint64_t number = 0;       ///< in its folder, from 0
  std::uint64_t pixels = 0;       ///< hash of the pixels of `original`
  ImageReference original;        ///< null where it is drawn (Derive::pca)
};

/// What a plan is made by.
struct PlanOptions {
  DerivedKind kind;
  std::optional<std::size_t> images;  ///< in all; shared out evenly over the classes, and rounded down
  std::uint64_t seed = 1;
  std::string from, other;  ///< what the sources are called in messages
};

/// All images of a derived source, class by class in the order of their files. Which are taken, and where they stand,
/// follows from their pixels and the seed. `other` has candidates for Derive::mixed alone. Of a class no image is taken
/// twice but where the kind says so. Throws Error where there are not as many images as were asked for, and for a class
/// that is not there; Stopped.
std::vector<PlannedImage> plan_images(const PlanOptions& options, const std::vector<std::string>& classes,
                                      const Candidates& from, const Candidates& other);

}  // namespace ersatz::data
