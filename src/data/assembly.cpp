#include "data/assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "data/import/cache.hpp"
#include "data/view_format.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShownNames = 6;

/// The labels that occur in a store.
std::set<std::int32_t> labels_in(const ImageStore& store) {
  std::vector<bool> there;
  for (const std::int32_t label : store.labels()) {
    const auto k = static_cast<std::size_t>(label);
    if (k >= there.size()) there.resize(k + 1);
    there[k] = true;
  }
  std::set<std::int32_t> labels;
  for (std::size_t k = 0; k < there.size(); ++k) {
    if (there[k]) labels.insert(static_cast<std::int32_t>(k));
  }
  return labels;
}

bool is_identity(const std::vector<std::int32_t>& labels) {
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (labels[k] != static_cast<std::int32_t>(k)) return false;
  }
  return true;
}

/// How many images of each class were set aside: "20.4 % of them, 18.0 to 22.5 % of each class".
std::string shares(const std::vector<bool>& chosen, std::span<const std::int32_t> labels) {
  std::map<std::int32_t, std::pair<double, double>> counts;  // chosen, all
  for (std::size_t i = 0; i < labels.size(); ++i) {
    counts[labels[i]].first += chosen[i] ? 1 : 0;
    counts[labels[i]].second += 1;
  }
  double least = 1, most = 0, all = 0;
  for (const auto& [label, count] : counts) {
    least = std::min(least, count.first / count.second);
    most = std::max(most, count.first / count.second);
    all += count.first;
  }
  const std::string total = fmt::format("{:.1f} %", 100 * all / static_cast<double>(labels.size()));
  const std::string low = fmt::format("{:.1f}", 100 * least), high = fmt::format("{:.1f} %", 100 * most);
  if (high == low + " %") return fmt::format("{}; of each class {}", total, high);
  return fmt::format("{}; of the classes {} to {}", total, low, high);
}

}  // namespace

Assembly::Assembly(const DataLocation& location, fs::path cache) : location_(location), cache_(std::move(cache)) {}

void Assembly::add(const fs::path& path, const Imported& imported, bool own,
                   const std::function<bool(const std::string&)>& wanted) {
  const std::size_t container = class_lists_.size();
  class_lists_.push_back(imported.classes);
  own_.push_back(own);
  const Cache cache(cache_);
  for (const ImportedStore& store : imported.stores) {
    if (!wanted(store.source)) continue;
    parts_.push_back({path, container, store.source, store.split, store.folder,
                      std::make_shared<const ImageStore>(cache.store_folder() / store.file)});
    require_labels(parts_.back());
  }
  set_.skipped.insert(set_.skipped.end(), imported.skipped.begin(), imported.skipped.end());
  set_.ignored.insert(set_.ignored.end(), imported.ignored.begin(), imported.ignored.end());
  set_.remarks.add(imported.remarks);
  set_.taken_for.push_back({path.string(), imported.taken_for});
  for (const std::string& note : imported.notes) {
    set_.notes.push_back(own ? fmt::format("{}: {}", imported.stores.front().source, note) : note);
  }
}

void Assembly::require_labels(const Part& part) const {
  const auto classes = static_cast<std::int32_t>(class_lists_[part.container].size());
  const auto labels = part.store->labels();
  if (std::all_of(labels.begin(), labels.end(), [&](std::int32_t k) { return k >= 0 && k < classes; })) return;
  throw Error(fmt::format("{} is damaged: it holds labels outside the classes", part.store->path().string()),
              "delete this file: it is made again from the images");
}

/// A rule for a source that is not there, or for one that needs none, is a mistake.
void Assembly::check_rules() const {
  std::set<std::string> names, divided;
  for (const Part& part : parts_) {
    names.insert(part.source);
    if (!part.split) divided.insert(part.source);
  }
  check_source_names(location_, {names.begin(), names.end()});
  for (const auto& [name, amount] : location_.test.named) {
    if (divided.contains(name)) continue;
    throw Error(fmt::format("[data] test: {} has a split of its own", name),
                "leave it out of test, or give the folder of its classes without train/ and test/");
  }
  if (location_.test.all && divided.empty()) {
    throw Error("[data] test: there is nothing to set aside, all sources have a split of their own",
                "leave test out of [data]");
  }
}

/// Sources without a class in common name their classes in two ways, or are classes themselves: whatever is learned
/// from them is wrong.
void Assembly::refuse_strangers(const UnitedClasses& classes) const {
  std::map<std::string, std::set<std::int32_t>> classes_of;
  for (const Part& part : parts_) {
    std::set<std::int32_t>& own = classes_of[part.source];
    for (const std::int32_t label : labels_in(*part.store)) {
      own.insert(classes.labels[part.container][static_cast<std::size_t>(label)]);
    }
  }
  const auto names = [&](const std::set<std::int32_t>& own) {
    std::vector<std::string> all;
    for (const std::int32_t label : own) all.push_back(classes.names[static_cast<std::size_t>(label)]);
    return join_first_words(all, kShownNames);
  };
  if (classes_of.size() < 2) return;
  for (const auto& [source, own] : classes_of) {
    std::set<std::int32_t> known;  // of the others
    for (const auto& [other, labels] : classes_of) {
      if (other != source) known.insert(labels.begin(), labels.end());
    }
    if (std::any_of(own.begin(), own.end(), [&](std::int32_t label) { return known.contains(label); })) continue;
    const auto part =
        std::find_if(parts_.begin(), parts_.end(), [&name = source](const Part& one) { return one.source == name; });
    const std::string text = fmt::format("the source {} has no class in common with others: it has {}; they have {}",
                                         source, names(own), names(known));
    const std::string joining =
        "join names of the same class: classes = { \"cat\" = [\"3\", \"kitten\"] } under [data]";
    if (own_[part->container]) throw Error(text, joining);
    throw NamesNoSource(text,
                        fmt::format("{}; if these folders are classes, name their source: [data.sources] photos = "
                                    "\"{}\"",
                                    joining, part->path.string()));
  }
}

/// A part's images (all, or those that are chosen) with the labels of the united classes.
std::shared_ptr<const ImageStore> Assembly::relabelled(const Part& part, const UnitedClasses& classes,
                                                       const std::vector<bool>* chosen) const {
  const std::vector<std::int32_t>& map = classes.labels[part.container];
  if (chosen == nullptr && is_identity(map)) return part.store;
  ViewContent content{part.store, {}, {}};
  for (std::uint32_t i = 0; i < part.store->size(); ++i) {
    if (chosen != nullptr && !(*chosen)[i]) continue;
    content.rows.push_back(i);
    content.labels.push_back(map[static_cast<std::size_t>(part.store->labels()[i])]);
  }
  return view_in_cache(content, cache_);
}

void Assembly::divide(const Part& part, const UnitedClasses& classes) {
  const TestAmount* amount = location_.test.find(part.source);
  if (amount == nullptr) {
    set_.notes.push_back(fmt::format("{} has no split: all its images are for training", part.source));
    return put(part, Split::train, relabelled(part, classes, nullptr));
  }
  const std::string* group = location_.group.find(part.source);
  const std::vector<std::uint64_t> groups = group_numbers(*part.store, group);
  std::vector<std::uint64_t> distinct = groups;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() < 2) {
    throw Error(fmt::format("[data] test: all images of {} {}, and cannot be divided", part.source,
                            group == nullptr ? "have the same pixels" : "are one group"),
                group == nullptr ? "" : "group must say what belongs together: a prompt, a subject, a photograph");
  }
  std::vector<bool> test = choose_for_testing(groups, part.store->labels(), *amount);
  const auto count = static_cast<std::size_t>(std::count(test.begin(), test.end(), true));
  if (count == 0 || count == test.size()) {
    throw Error(fmt::format("[data] test: of {} images of {}, {} would be for testing", format_count(test.size()),
                            part.source, count == 0 ? "none" : "all"),
                "write another share or number");
  }
  set_.notes.push_back(fmt::format("{}: {} of {} images ({}) are set aside for testing, by a hash of their {}{}",
                                   part.source, format_count(count), format_count(test.size()),
                                   shares(test, part.store->labels()), group == nullptr ? "pixels" : "groups",
                                   group == nullptr ? "" : fmt::format(" ({})", format_count(distinct.size()))));
  put(part, Split::test, relabelled(part, classes, &test));
  test.flip();
  put(part, Split::train, relabelled(part, classes, &test));
}

void Assembly::put(const Part& part, Split split, std::shared_ptr<const ImageStore> store) {
  if (sources_.empty()) set_.shape = store->shape();
  if (store->shape() != set_.shape) {
    throw Error(
        fmt::format("{} holds images of {} x {} pixels, but {} of {} x {}", part.path.string(), store->shape().width,
                    store->shape().height, parts_.front().path.string(), set_.shape.width, set_.shape.height),
        "choose one: size = 64 in the study's [data] section, or --size 64");
  }
  Source& source = sources_[part.source];
  source.name = part.source;
  (split == Split::train ? source.train : source.test) = std::move(store);
  (split == Split::train ? source.train_folder : source.test_folder) = part.folder;
}

DataSet Assembly::finish() {
  check_rules();
  const UnitedClasses classes = unite_classes(class_lists_, location_.classes);
  set_.classes = classes.names;
  refuse_strangers(classes);
  for (const Part& part : parts_) {
    if (part.split) {
      put(part, *part.split, relabelled(part, classes, nullptr));
    } else {
      divide(part, classes);
    }
  }
  for (auto& [name, source] : sources_) set_.sources.push_back(std::move(source));
  for (std::string& sentence : describe_missing_classes(set_)) set_.notes.push_back(std::move(sentence));
  for (const auto& [derived, parent] : location_.made_from) {
    set_.parentages.push_back(find_parents(set_.source(derived), location_.group.find(derived), set_.source(parent),
                                           location_.group.find(parent)));
  }
  for (const Source& source : set_.sources) {
    const std::string* group = location_.group.find(source.name);
    if (group == nullptr || !source.train || !source.test) continue;
    Parentage shared = find_parents(source, group, source, group);
    if (shared.training_images > 0) set_.parentages.push_back(std::move(shared));
  }
  set_.fingerprint = fingerprint_of(set_);
  return std::move(set_);
}

void check_source_names(const DataLocation& location, const std::vector<std::string>& known) {
  const auto check = [&](const char* key, const std::string& name) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    throw Error(fmt::format("[data] {} names the source {}, which the data do not have", key, name),
                suggest(name, known, "the data have"));
  };
  for (const auto& [name, text] : location.labels.named) check("labels", name);
  for (const auto& [name, columns] : location.columns.named) check("columns", name);
  for (const auto& [name, text] : location.group.named) check("group", name);
  for (const auto& [name, amount] : location.test.named) check("test", name);
  for (const auto& [derived, parent] : location.made_from) {
    check("made_from", derived);
    check("made_from", parent);
    if (derived == parent) throw Error(fmt::format("[data] made_from: {} cannot be made from itself", derived));
  }
}

std::shared_ptr<const ImageStore> view_in_cache(const ViewContent& content, const std::filesystem::path& cache) {
  if (auto view = find_view(content)) return view;
  CacheSession session{Cache(cache)};  // waits for other writers only where there is something to write
  session.keep();
  return make_view(content);
}

std::string fingerprint_of(const DataSet& set) {
  std::string text = "ersatz data 1\n";
  const auto put = [&text](std::string_view part) { text += fmt::format("{}:{}\n", part.size(), part); };
  for (const std::string& name : set.classes) put(name);
  for (const Source& source : set.sources) {
    for (const Split split : {Split::train, Split::test}) {
      if (source.split(split) == nullptr) continue;
      put(source.name);
      put(split_name(split));
      put(source.split(split)->fingerprint());
      const auto labels = source.split(split)->labels(), strata = source.split(split)->strata();
      if (!std::ranges::equal(strata, labels)) put("strata " + to_hex(sha256(std::as_bytes(strata))));
    }
  }
  return to_hex(sha256(text));
}

std::vector<std::string> describe_missing_classes(const DataSet& set) {
  std::vector<std::string> sentences;
  if (set.classes.size() == 1) {
    sentences.push_back(fmt::format("there is a single class, {}: nothing can be told apart", set.classes.front()));
  }
  const auto missing = [&](const ImageStore& store) {
    const std::set<std::int32_t> own = labels_in(store);
    std::vector<std::string> names;
    for (std::size_t k = 0; k < set.classes.size(); ++k) {
      if (!own.contains(static_cast<std::int32_t>(k))) names.push_back(set.classes[k]);
    }
    return names;
  };
  for (const Source& source : set.sources) {
    const auto train = source.train ? missing(*source.train) : std::vector<std::string>();
    const auto test = source.test ? missing(*source.test) : std::vector<std::string>();
    const auto say = [&](const char* which, const std::vector<std::string>& names) {
      if (!names.empty())
        sentences.push_back(
            fmt::format("{} has no {}images of {}", source.name, which, join_first_words(names, kShownNames)));
    };
    if (!source.train || !source.test || train == test) {
      say("", source.train ? train : test);
    } else {
      say("training ", train);
      say("test ", test);
    }
  }
  return sentences;
}

}  // namespace ersatz::data
