#include "study/random_controls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

bool hold_the_same(const TrainingSet& a, const TrainingSet& b) {
  const auto augmentation = [](const TrainingSet& set) {
    return set.augment ? augmentations_to_json(*set.augment) : Json();
  };
  return a.sources == b.sources && augmentation(a) == augmentation(b) && same_use(a.use, b.use) && a.own == b.own;
}

}  // namespace

std::string random_control_name(const std::string& name) { return name + "-random"; }

void add_random_controls(std::vector<TrainingSet>& sets) {
  std::vector<TrainingSet> all;
  for (const TrainingSet& set : sets) {
    all.push_back(set);
    if (!asks_verifier(set.use.keep)) continue;
    TrainingSet control = set;
    control.name = random_control_name(set.name);
    control.use.keep = kept_at_random(std::move(control.use.keep));
    const auto same = [&](const TrainingSet& other) { return hold_the_same(other, control); };
    if (std::ranges::any_of(sets, same) || std::ranges::any_of(all, same)) continue;
    const auto named = [&](const TrainingSet& other) { return other.name == control.name; };
    if (std::ranges::any_of(sets, named)) {
      throw Error(fmt::format("{}: train.{}: has the name of the set that keeps as many images of {} at random, and "
                              "holds something else",
                              std::ranges::find_if(sets, named)->line, control.name, set.name),
                  "give it another name");
    }
    all.push_back(std::move(control));
  }
  sets = std::move(all);
}

}  // namespace ersatz::study
