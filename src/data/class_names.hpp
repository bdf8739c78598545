#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ersatz::data {

/// Other names for classes: "automobile" -> "car", "auto".
using JoinedClasses = std::map<std::string, std::vector<std::string>>;

/// The classes of several lists together.
struct UnitedClasses {
  std::vector<std::string> names;
  /// [list][label in the list] -> label in `names`
  std::vector<std::vector<std::int32_t>> labels;
};

/// Joins names, then takes the first list that has all classes, or else all of them in byte order. Throws Error for
/// joined names that no list has, names joined twice, and classes that differ in upper and lower case only.
UnitedClasses unite_classes(const std::vector<std::vector<std::string>>& lists, const JoinedClasses& joined);

}  // namespace ersatz::data
