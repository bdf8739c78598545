#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::data {

/// How many images of a source without a split are for testing.
struct TestAmount {
  enum class Kind { fraction, per_class } kind = Kind::fraction;
  double value = 0;

  bool operator==(const TestAmount&) const = default;
};

/// A number for each image that decides on which side of a split it comes: images of one group have the same one.
/// Without `group` (null), an image and its exact copies are a group, by the pixels as they were decoded. With it a
/// group is what the import found in that column of a table, or what the regular expression finds in the name: its
/// first part in parentheses, or all of it. Throws Error when it is no regular expression, or finds nothing in a name.
std::vector<std::uint64_t> group_numbers(const ImageStore& store, const std::string* group);

/// Which images are for testing. Nothing but an image's own number counts for a fraction: those below it, so that
/// adding images moves none. For a number of each class, whole groups are taken in rising order until every class has
/// that many; a group is never divided, and so a class may get more.
std::vector<bool> choose_for_testing(std::span<const std::uint64_t> groups, std::span<const std::int32_t> labels,
                                     const TestAmount& amount);

}  // namespace ersatz::data
