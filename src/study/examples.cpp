#include "study/examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/duplicates.hpp"
#include "data/near/near_copies.hpp"
#include "study/keep_order.hpp"

namespace ersatz::study {
namespace {

using Indices = std::vector<std::uint32_t>;

// Chosen images of one source's training split.
struct Part {
  const data::ImageStore* store;
  Indices indices;
};

std::vector<Indices> split_by_class(const Part& part) {
  std::vector<Indices> classes;
  for (const std::uint32_t i : part.indices) {
    const auto label = static_cast<std::size_t>(part.store->strata()[i]);
    if (label >= classes.size()) classes.resize(label + 1);
    classes[label].push_back(i);
  }
  return classes;
}

Part take_fraction(const Part& part, double fraction, std::uint64_t seed) {
  Part taken{part.store, {}};
  for (const Indices& members : split_by_class(part)) {
    const auto count = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(members.size())));
    const Indices chosen = data::choose_per_class(*part.store, members, count, seed);
    taken.indices.insert(taken.indices.end(), chosen.begin(), chosen.end());
  }
  std::sort(taken.indices.begin(), taken.indices.end());
  return taken;
}

// How many each of `sizes` keeps when `total` are kept of all: in proportion, by largest remainder,
// the first ones first. Keeps everything when there are no more than `total`.
std::vector<std::size_t> allot(const std::vector<std::size_t>& sizes, std::size_t total) {
  const std::size_t all = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  if (all <= total) return sizes;
  std::vector<std::size_t> kept, order(sizes.size());
  for (const std::size_t size : sizes) kept.push_back(size * total / all);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] * total % all > sizes[b] * total % all; });
  std::size_t missing = total - std::accumulate(kept.begin(), kept.end(), std::size_t{0});
  for (std::size_t i = 0; missing > 0; ++i, --missing) ++kept[order[i]];
  return kept;
}

// Cuts the parts so that together they hold at most `per_class` images of each class.
void limit_per_class(std::vector<Part>& parts, std::size_t per_class, std::uint64_t seed) {
  std::vector<std::vector<Indices>> members;  // [part][class]
  std::size_t classes = 0;
  for (Part& part : parts) {
    members.push_back(split_by_class(part));
    classes = std::max(classes, members.back().size());
    part.indices.clear();
  }
  for (auto& part : members) part.resize(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<std::size_t> sizes;
    for (const auto& part : members) sizes.push_back(part[c].size());
    const std::vector<std::size_t> kept = allot(sizes, per_class);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const Indices chosen = data::choose_per_class(*parts[p].store, members[p][c], kept[p], seed);
      parts[p].indices.insert(parts[p].indices.end(), chosen.begin(), chosen.end());
    }
  }
  for (Part& part : parts) std::sort(part.indices.begin(), part.indices.end());
}

Part take_amount(Part part, const Amount& amount, const std::string& source, std::uint64_t seed) {
  if (amount.kind == Amount::Kind::all) return part;
  if (amount.kind == Amount::Kind::fraction) return take_fraction(part, amount.value, seed);
  const auto count = static_cast<std::size_t>(amount.value);
  if (count > part.indices.size()) {
    throw Error(fmt::format("{} training images of {} are asked for, but only {} are left beside its validation part",
                            format_count(count), source, format_count(part.indices.size())));
  }
  return {part.store, data::choose_balanced(*part.store, part.indices, count, seed)};
}

struct Parts {
  std::vector<Part> training, validation;
  std::vector<std::size_t> amounts;  // images of each source of the set
};

const data::ImageStore* training_store(const data::DataSet& data, const std::string& name) {
  const data::ImageStore* store = data.source(name).train.get();
  if (store == nullptr) throw Error(fmt::format("the source {} has no training images", name));
  return store;
}

// Moves images of the set's own from those that are trained on to those that are watched.
void watch_own_images(Parts& parts, const TrainingSet& set, const TrainingSettings& settings, std::uint64_t seed) {
  const std::vector<std::string>& watched = settings.own_validation_of.value();
  parts.validation.clear();
  for (std::size_t i = 0; i < set.sources.size(); ++i) {
    if (std::ranges::find(watched, set.sources[i].first) == watched.end()) continue;
    Part& part = parts.training[i];
    data::Holdout held = data::hold_out_chosen(*part.store, part.indices, *settings.own_validation, seed);
    part.indices = std::move(held.training);
    parts.validation.push_back({part.store, std::move(held.validation)});
  }
}

Parts choose_parts(const data::DataSet& data, const TrainingSet& set, const TrainingSettings& settings,
                   std::uint64_t seed) {
  Parts parts;
  for (const auto& [name, amount] : set.sources) {
    const data::ImageStore* store = training_store(data, name);
    data::Holdout held = data::hold_out(*store, *settings.validation);
    parts.training.push_back(take_amount({store, std::move(held.training)}, amount, name, seed));
    if (!settings.validate_on) parts.validation.push_back({store, std::move(held.validation)});
  }
  for (const std::string& name : settings.validate_on.value_or(std::vector<std::string>())) {
    const data::ImageStore* store = training_store(data, name);
    parts.validation.push_back({store, data::hold_out(*store, *settings.validation).validation});
  }
  if (settings.limit) {
    const auto limit = static_cast<double>(*settings.limit);
    limit_per_class(parts.training, static_cast<std::size_t>(*settings.limit), seed);
    // The share rarely is a binary fraction: 4 * .2 / .8 must not become 2 by its last bit.
    const double share = limit * *settings.validation / (1 - *settings.validation);
    limit_per_class(parts.validation, static_cast<std::size_t>(std::ceil(share - 1e-9)), seed);
  }
  for (const Part& part : parts.training) parts.amounts.push_back(part.indices.size());
  if (settings.own_validation) watch_own_images(parts, set, settings, seed);
  return parts;
}

// The images of a phase's source among `all` of the training set. A limit leaves the phase its part of them.
Indices choose_for_phase(const data::ImageStore* store, const Indices& all, const Amount& of_phase,
                         const Amount& of_set, const std::string& name, const TrainingSettings& settings,
                         std::uint64_t seed) {
  if (of_phase == of_set) return all;
  const Indices training = data::hold_out(*store, *settings.validation).training;
  const Part own = take_amount({store, training}, of_phase, name, seed);
  if (!settings.limit) {
    Indices trained;  // without those that own_validation watches, which are the same in every choice
    std::ranges::set_intersection(own.indices, all, std::back_inserter(trained));
    return trained;
  }
  const auto part = static_cast<double>(own.indices.size()) /
                    static_cast<double>(take_amount({store, training}, of_set, name, seed).indices.size());
  const auto total = static_cast<std::size_t>(std::ceil(part * static_cast<double>(all.size()) - 1e-9));
  return data::choose_balanced(*store, all, total, seed);
}

// Where a phase's images of each of its sources lie among the training images of all.
std::vector<Indices> places(const Phase& phase, const TrainingSet& set, const Parts& parts,
                            const TrainingSettings& settings, std::uint64_t seed) {
  std::vector<Indices> of_sources;
  for (const auto& [name, amount] : phase.sources) {
    std::uint32_t first = 0;
    std::size_t i = 0;
    for (; set.sources.at(i).first != name; ++i) first += static_cast<std::uint32_t>(parts.training[i].indices.size());
    const auto& [store, all] = parts.training[i];
    Indices& found = of_sources.emplace_back();
    for (const std::uint32_t index :
         choose_for_phase(store, all, amount, set.sources[i].second, name, settings, seed)) {
      found.push_back(first + static_cast<std::uint32_t>(std::ranges::lower_bound(all, index) - all.begin()));
    }
  }
  return of_sources;
}

// A stream needs something to give.
void require_images(const TrainingSet& set, const ExampleCounts& counts) {
  for (std::size_t i = 0; i < set.sources.size(); ++i) {
    if (set.use.draw.empty() || counts.of_source[i] > 0) continue;
    throw Error(
        fmt::format("the training set {} draws from {}, of which it holds no images", set.name, set.sources[i].first),
        "ask for more of it, or set a smaller validation share aside");
  }
}

// What is trained on of each source, and what it was kept of.
void count_training(const Parts& parts, const TrainingSet& set, std::size_t classes, ExampleCounts& counts) {
  for (std::size_t i = 0; i < parts.training.size(); ++i) {
    std::vector<std::size_t> sizes(classes, 0);
    for (const std::uint32_t index : parts.training[i].indices) {
      ++sizes.at(static_cast<std::size_t>(parts.training[i].store->labels()[index]));
    }
    counts.of_class.push_back(std::move(sizes));
    std::size_t images = parts.training[i].indices.size();
    const std::string& name = set.sources[i].first;
    const auto keep = std::ranges::find(set.use.keep, name, [](const auto& one) { return one.first; });
    if (keep != set.use.keep.end()) {
      const std::size_t before = std::exchange(images, kept_of(images, keep->second.share));
      if (images == 0) {
        throw Error(fmt::format("keep = {} leaves no image of {}, of which the training set {} holds {}",
                                keep->second.share, name, set.name, format_count(before)),
                    "ask for more of it, or for a larger share");
      }
    }
    counts.of_source.push_back(images);
    counts.training += images;
  }
}

std::size_t count(const std::vector<Part>& parts) {
  std::size_t total = 0;
  for (const Part& part : parts) total += part.indices.size();
  return total;
}

data::Selection join_parts(const std::vector<Part>& parts) {
  data::Selection joined = data::select(*parts.front().store, parts.front().indices);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    joined = data::join(std::move(joined), data::select(*parts[i].store, parts[i].indices));
  }
  return joined;
}

}  // namespace

TrainingExamples choose_examples(const data::DataSet& data, const TrainingSet& set, const TrainingSettings& settings,
                                 std::uint64_t seed) {
  const Parts parts = choose_parts(data, set, settings, seed);
  TrainingExamples chosen{join_parts(parts.training), join_parts(parts.validation), parts.amounts};
  for (const Part& part : parts.training) chosen.trained_images.push_back(part.indices.size());
  for (const Phase& phase : set.use.phases) {
    chosen.phases.push_back(places(phase, set, parts, settings, seed));
  }
  return chosen;
}

ExampleCounts count_examples(const data::DataSet& data, const TrainingSet& set, const TrainingSettings& settings) {
  // The seed decides which images are chosen, never how many.
  const Parts parts = choose_parts(data, set, settings, 0);
  ExampleCounts counts{0, count(parts.validation)};
  count_training(parts, set, data.classes.size(), counts);
  if (counts.training == 0) {
    throw Error(fmt::format("the training set {} holds no images", set.name),
                "ask for more of its sources, or set a smaller validation share aside");
  }
  if (settings.own_validation && counts.validation == 0) {
    throw Error(fmt::format("own_validation = {} leaves no image of the training set {} to be watched",
                            *settings.own_validation, set.name),
                "ask for more of its sources, or for a larger share");
  }
  require_images(set, counts);
  for (std::size_t i = 0; i < set.use.phases.size(); ++i) {
    const Phase& phase = set.use.phases[i];
    std::size_t all = 0;
    bool lacks = false;
    for (const Indices& own : places(phase, set, parts, settings, 0)) {
      all += own.size();
      lacks = lacks || (own.empty() && !phase.draw.empty());
    }
    if (all > 0 && !lacks) continue;
    throw Error(fmt::format("phase {} of the training set {} holds no images{}", i + 1, set.name,
                            all > 0 ? " of a source that it draws from" : ""),
                "ask for more of its sources, or set a smaller validation share aside");
  }
  return counts;
}

std::vector<std::uint32_t> test_indices(const data::Source& source, DropDuplicates drop) {
  if (source.test == nullptr) {
    throw Error(fmt::format("the source {} has no test images", source.name),
                "leave it out of test_on, or add images to its test split");
  }
  if (drop == DropDuplicates::none) {
    Indices all(source.test->size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }
  const bool near = drop == DropDuplicates::near;
  Indices kept = near ? data::test_images_without_near_copy(source) : data::test_images_without_copy(source);
  if (kept.empty()) {
    throw Error(fmt::format("every test image of the source {} has {} copy in its training split", source.name,
                            near ? "a near" : "an exact"),
                "set drop_duplicates = false");
  }
  return kept;
}

std::vector<std::uint32_t> choose_test_images(const data::Source& source, DropDuplicates drop, const Amount& amount,
                                              std::uint64_t seed) {
  Part all{source.test.get(), test_indices(source, drop)};
  if (amount.kind == Amount::Kind::all) return all.indices;
  if (amount.kind == Amount::Kind::fraction) return take_fraction(all, amount.value, seed).indices;
  const auto count = static_cast<std::size_t>(amount.value);
  if (count > all.indices.size()) {
    throw Error(fmt::format("{} test images of {} are asked for, but there are {}", format_count(count), source.name,
                            format_count(all.indices.size())));
  }
  return data::choose_balanced(*all.store, all.indices, count, seed);
}

std::vector<TestImage> test_images(const data::Source& source, const std::vector<std::uint32_t>& indices) {
  std::vector<TestImage> images;
  images.reserve(indices.size());
  for (const std::uint32_t i : indices) {
    images.push_back({std::string(source.test->file_name(i)), source.test->labels()[i]});
  }
  return images;
}

}  // namespace ersatz::study
