#include "data/near/near_copies.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "data/near/near_search.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kClosest = 3;

/// Members of a group that are in the same split.
struct Run {
  std::size_t split;
  std::span<const NearSearch::Member> members;
};
std::vector<Run> runs_of(std::span<const NearSearch::Member> members) {
  std::vector<Run> runs;
  while (!members.empty()) {
    std::size_t count = 1;
    while (count < members.size() && members[count].store == members[0].store) ++count;
    runs.push_back({members[0].store, members.first(count)});
    members = members.subspan(count);
  }
  return runs;
}

/// What one thread found; sums and marks do not depend on the order.
class Findings {
 public:
  Findings(const NearSearch& search, const std::vector<SearchedSplit>& splits)
      : search_(search), splits_(splits), near_training_(splits.size()) {
    for (std::size_t s = 0; s < splits.size(); ++s) {
      if (splits[s].split == Split::train) near_training_[s].resize(search.groups());
    }
  }

  void add(std::size_t a, std::size_t b, std::uint32_t apart) {
    const double levels = static_cast<double>(apart) / std::tuple_size_v<SmallCopy>;
    for (const Run& one : runs_of(search_.members(a))) {
      for (const Run& other : runs_of(search_.members(b))) {
        const bool in_order = one.split <= other.split;
        const Run &first = in_order ? one : other, &second = in_order ? other : one;
        add_pairs(first, second, first.members.size() * second.members.size(),
                  {first.members[0].index, second.members[0].index, levels});
        mark(one.split, b);
        mark(other.split, a);
      }
    }
  }

  /// The images of a group are near copies of each other.
  void add_within(std::size_t group) {
    if (search_.members(group).size() < 2) return;
    const std::vector<Run> runs = runs_of(search_.members(group));
    for (std::size_t r = 0; r < runs.size(); ++r) {
      if (runs.size() > 1) mark(runs[r].split, group);
      const std::size_t n = runs[r].members.size();
      if (n > 1) add_pairs(runs[r], runs[r], n * (n - 1) / 2, {runs[r].members[0].index, runs[r].members[1].index, 0});
      for (std::size_t s = r + 1; s < runs.size(); ++s) {
        add_pairs(runs[r], runs[s], n * runs[s].members.size(),
                  {runs[r].members[0].index, runs[s].members[0].index, 0});
      }
    }
  }

  void add(const Findings& other) {
    for (const auto& [splits, copies] : other.copies_) {
      NearCopies& own = copies_[splits];
      own.pairs += copies.pairs;
      for (const NearPair& pair : copies.closest) keep_if_close(pair, own);
    }
    for (std::size_t s = 0; s < near_training_.size(); ++s) {
      for (std::size_t g = 0; g < near_training_[s].size(); ++g) {
        if (other.near_training_[s][g]) near_training_[s][g] = true;
      }
    }
  }

  std::vector<NearCopies> copies() const {
    std::vector<NearCopies> all;
    for (const auto& [splits, found] : copies_) {
      all.push_back(found);
      std::tie(all.back().first, all.back().second) = splits;
    }
    return all;
  }
  /// Whether a group has a near copy in this training split.
  bool near_training(std::size_t split, std::size_t group) const { return near_training_[split][group]; }

 private:
  void mark(std::size_t split, std::size_t group) {
    if (splits_[split].split == Split::train) near_training_[split][group] = true;
  }

  void add_pairs(const Run& first, const Run& second, std::size_t count, NearPair example) {
    if (first.split == second.split && example.first > example.second) std::swap(example.first, example.second);
    NearCopies& copies = copies_[{first.split, second.split}];
    copies.pairs += count;
    if (search_.store(first.split).pixel_hash(example.first) == search_.store(second.split).pixel_hash(example.second))
      return;
    keep_if_close(example, copies);
  }

  static void keep_if_close(const NearPair& pair, NearCopies& copies) {
    const auto order = [](const NearPair& p) { return std::tuple(p.levels, p.first, p.second); };
    auto& closest = copies.closest;
    const auto place = std::upper_bound(closest.begin(), closest.end(), pair,
                                        [&](const NearPair& a, const NearPair& b) { return order(a) < order(b); });
    if (closest.size() == kClosest && place == closest.end()) return;
    closest.insert(place, pair);
    if (closest.size() > kClosest) closest.pop_back();
  }

  const NearSearch& search_;
  const std::vector<SearchedSplit>& splits_;
  std::map<std::pair<std::size_t, std::size_t>, NearCopies> copies_;
  std::vector<std::vector<bool>> near_training_;  // [split][group]; empty for test splits
};

Findings find(const NearSearch& search, const std::vector<SearchedSplit>& splits) {
  std::vector<Findings> of_threads(search.threads(), Findings(search, splits));
  search.for_each_pair(
      [&](unsigned thread, std::size_t a, std::size_t b, std::uint32_t apart) { of_threads[thread].add(a, b, apart); });
  for (std::size_t t = 1; t < of_threads.size(); ++t) of_threads[0].add(of_threads[t]);
  for (std::size_t g = 0; g < search.groups(); ++g) of_threads[0].add_within(g);
  return std::move(of_threads[0]);
}

}  // namespace

NearReport find_near_copies(const DataSet& set) {
  NearReport report;
  std::vector<const ImageStore*> stores;
  for (std::size_t s = 0; s < set.sources.size(); ++s) {
    for (const Split split : {Split::train, Split::test}) {
      if (set.sources[s].split(split) == nullptr) continue;
      report.splits.push_back({s, split});
      stores.push_back(set.sources[s].split(split));
    }
  }
  const NearSearch search(stores);
  const Findings findings = find(search, report.splits);
  report.copies = findings.copies();
  report.flat = search.flat_images();
  report.tests_in_training.assign(set.sources.size(), std::vector<std::size_t>(set.sources.size(), 0));
  for (std::size_t g = 0; g < search.groups(); ++g) {
    for (std::size_t s = 0; s < stores.size(); ++s) {
      if (report.splits[s].split != Split::train || !findings.near_training(s, g)) continue;
      for (const NearSearch::Member& member : search.members(g)) {
        const SearchedSplit& of = report.splits[member.store];
        if (of.split == Split::test) ++report.tests_in_training[report.splits[s].source][of.source];
      }
    }
  }
  return report;
}

namespace {

std::vector<std::uint32_t> search_tests(const Source& source) {
  std::vector<std::uint32_t> kept;
  std::vector<SearchedSplit> splits{{0, Split::test}};
  std::vector<const ImageStore*> stores{source.test.get()};
  if (source.train != nullptr) {
    splits.push_back({0, Split::train});
    stores.push_back(source.train.get());
  }
  const NearSearch search(stores);
  const Findings findings = find(search, splits);
  for (std::size_t g = 0; g < search.groups(); ++g) {
    if (stores.size() > 1 && findings.near_training(1, g)) continue;
    for (const NearSearch::Member& member : search.members(g)) {
      if (member.store == 0) kept.push_back(member.index);
    }
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace

std::vector<std::uint32_t> test_images_without_near_copy(const Source& source) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> known;  // by both fingerprints
  if (source.test == nullptr) return {};
  const std::pair key(source.test->fingerprint(), source.train == nullptr ? "" : source.train->fingerprint());
  const std::lock_guard lock(mutex);
  auto found = known.find(key);
  if (found == known.end()) found = known.emplace(key, search_tests(source)).first;
  return found->second;
}

}  // namespace ersatz::data
