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
    const std::string key = fmt::format("{} {}", store->labels()[i], name.substr(0, name.rfind('.')));
    keys.push_back(short_hash(sha256(key)));
  }
  return keys;
}

}  // namespace

std::string Parentage::warning() const {
  if (derived == parent) {
    if (training_images == 0) return {};
    return fmt::format(
        "LEAK: {} training images of {} are of the same groups as {} of its {} test images; what is "
        "trained on it has seen their like, and its accuracy on {} is too high",
        format_count(training_images), derived, format_count(parents), format_count(parents_in_all), derived);
  }
  std::string text;
  if (training_images > 0) {
    text = fmt::format(
        "LEAK: {} training images of {} were made from {} of {} test images of {}; what is trained on {} "
        "has seen their like, and its accuracy on {} is too high",
        format_count(training_images), derived, format_count(parents), format_count(parents_in_all), parent, derived,
        parent);
  }
  if (without_parent == 0) return text;
  return fmt::format(
      "{}{}the parents of {} of {} training images of {} are not found in {} by group or name: whether "
      "test images are among them is not known",
      text, text.empty() ? "" : "; ", format_count(without_parent), format_count(derived_images), derived, parent);
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
  for (const std::uint64_t key : keys_of(derived.train.get(), derived_group)) {
    ++found.derived_images;
    const auto own = parents.find(key);
    if (own == parents.end()) ++found.without_parent;
    if (own == parents.end() || own->second.tested == 0) continue;
    ++found.training_images;
    if (!own->second.counted) found.parents += own->second.tested;
    own->second.counted = true;
  }
  return found;
}

}  // namespace ersatz::data
