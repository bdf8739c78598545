#include "data/parents.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "data/data_set.hpp"
#include "data/set_aside.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

/// One number for each image: equal for those that belong together.
std::vector<std::uint64_t> keys_of(const ImageStore* store, const std::string* group) {
  if (store == nullptr) return {};
  if (group != nullptr) return group_numbers(*store, group);
  std::vector<std::uint64_t> keys;
  for (std::size_t i = 0; i < store->size(); ++i) {
    std::string_view name = store->file_name(i);
    name = name.substr(name.rfind('/') + 1);
    keys.push_back(short_hash(sha256(name.substr(0, name.rfind('.')))));
  }
  return keys;
}

}  // namespace

std::string Parentage::warning() const {
  if (!known) {
    return fmt::format(
        "{} is said to be made from {}, but no image of it belongs to one of them by its group or name; "
        "whether test images are among their parents is not known",
        derived, parent);
  }
  if (training_images == 0) return {};
  return fmt::format(
      "LEAK: {} training images of {} were made from {} of {} test images of {}; what is trained on {} "
      "has seen their like, and its accuracy on {} is too high",
      format_count(training_images), derived, format_count(parents), format_count(parents_in_all), parent, derived,
      parent);
}

Parentage find_parents(const Source& derived, const std::string* derived_group, const Source& parent,
                       const std::string* parent_group) {
  struct Parents {
    std::size_t tested = 0;
    bool counted = false;
  };
  std::unordered_map<std::uint64_t, Parents> parents;
  for (const std::uint64_t key : keys_of(parent.train.get(), parent_group)) parents[key];
  Parentage found{derived.name, parent.name};
  for (const std::uint64_t key : keys_of(parent.test.get(), parent_group)) {
    ++parents[key].tested;
    ++found.parents_in_all;
  }
  for (const Split split : {Split::train, Split::test}) {
    for (const std::uint64_t key : keys_of(derived.split(split), derived_group)) {
      const auto own = parents.find(key);
      if (own == parents.end()) continue;
      found.known = true;
      if (split == Split::test || own->second.tested == 0) continue;
      ++found.training_images;
      if (!own->second.counted) found.parents += own->second.tested;
      own->second.counted = true;
    }
  }
  return found;
}

}  // namespace ersatz::data
