#include "analysis/first_seed.hpp"

#include <algorithm>
#include <filesystem>

namespace ersatz::analysis {
namespace {

constexpr std::size_t kLookedAt = 200;  // images of an entry that may be shown: a test set may have millions

// The surest first; equally sure ones in their order.
void sort_by_sureness(std::vector<std::uint32_t>& images, const std::vector<float>& sure) {
  if (sure.empty()) return;
  std::ranges::stable_sort(images, [&](std::uint32_t a, std::uint32_t b) { return sure[a] > sure[b]; });
}

/// Test images by entry of the confusion matrix, [true class x classes + class called], the surest first.
std::vector<std::vector<std::uint32_t>> by_entry(const FirstSeed& seed, const std::vector<std::int32_t>& truth,
                                                 std::size_t classes) {
  std::vector<std::vector<std::uint32_t>> entries(classes * classes);
  for (std::uint32_t i = 0; i < truth.size(); ++i) {
    entries[static_cast<std::size_t>(truth[i]) * classes + static_cast<std::size_t>(seed.result->predicted[i])]
        .push_back(i);
  }
  for (auto& entry : entries) {
    sort_by_sureness(entry, seed.sure);
    entry.resize(std::min(entry.size(), kLookedAt));
    entry.shrink_to_fit();
  }
  return entries;
}

/// A set of images that can hold so many and no more.
class Chosen {
 public:
  Chosen(std::size_t images, std::size_t most) : has_(images, false), room_(most) {}

  bool full() const { return room_ == 0; }
  bool has(std::uint32_t image) const { return has_[image]; }
  void add(std::uint32_t image) {
    if (has_[image] || full()) return;
    has_[image] = true;
    --room_;
  }
  std::vector<std::uint32_t> all() const {
    std::vector<std::uint32_t> images;
    for (std::uint32_t i = 0; i < has_.size(); ++i) {
      if (has_[i]) images.push_back(i);
    }
    return images;
  }

 private:
  std::vector<bool> has_;
  std::size_t room_;
};

// Until each entry shows `each` images, or all that it has. Those that were chosen for another cell count.
void add_examples(const std::vector<std::vector<std::uint32_t>>& entries, std::size_t each, Chosen& chosen) {
  for (const auto& entry : entries) {
    std::size_t shown = 0;
    for (const std::uint32_t image : entry) shown += chosen.has(image) ? 1 : 0;
    for (auto next = entry.begin(); next != entry.end() && shown < each && !chosen.full(); ++next) {
      if (chosen.has(*next)) continue;
      chosen.add(*next);
      ++shown;
    }
  }
}

}  // namespace

FirstSeed first_seed(const ResultTable& table, const Cell& cell) {
  FirstSeed seed{&cell, &table.results.at(cell.results.front()), {}};
  if (!std::filesystem::exists(seed.result->predictions.file())) return seed;
  const Matrix probabilities = seed.result->predictions.probabilities();
  const std::vector<std::int32_t>& predicted = seed.result->predicted;
  if (probabilities.rows != predicted.size()) return seed;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const float sure = probabilities.row(i)[static_cast<std::size_t>(predicted[i])];
    seed.sure.push_back(sure >= 0 ? sure : 0);  // NaN where the run diverged
  }
  return seed;
}

std::vector<std::uint32_t> surest_mistakes(const FirstSeed& seed, const std::vector<std::int32_t>& truth,
                                           std::size_t most) {
  std::vector<std::uint32_t> images;
  for (std::uint32_t i = 0; i < truth.size(); ++i) {
    if (seed.is_wrong(truth, i)) images.push_back(i);
  }
  sort_by_sureness(images, seed.sure);
  images.resize(std::min(images.size(), most));
  return images;
}

std::vector<std::uint32_t> samples_of_classes(const std::vector<std::int32_t>& truth, std::size_t classes,
                                              std::size_t each) {
  std::vector<std::vector<std::uint32_t>> members(classes);
  for (std::uint32_t i = 0; i < truth.size(); ++i) members[static_cast<std::size_t>(truth[i])].push_back(i);
  std::vector<std::uint32_t> samples;
  for (const auto& all : members) {
    const std::size_t wanted = std::min(each, all.size());
    for (std::size_t k = 0; k < wanted; ++k) samples.push_back(all[k * all.size() / wanted]);
  }
  return samples;
}

std::vector<std::uint32_t> images_to_show(const ResultTable& table, const std::string& source, std::size_t most) {
  const auto found = table.truth.find(source);
  if (found == table.truth.end()) return {};
  const std::vector<std::int32_t>& truth = found->second;
  const std::size_t classes = table.study.classes.size();
  Chosen chosen(truth.size(), most);
  // Of hundreds of classes a few samples each; the rest is for mistakes.
  const std::size_t each = std::clamp<std::size_t>(most / 2 / std::max<std::size_t>(1, classes), 1, kSamplesShown);
  for (const std::uint32_t image : samples_of_classes(truth, classes, each)) chosen.add(image);
  std::vector<std::vector<std::vector<std::uint32_t>>> cells;
  for (const Cell& cell : table.cells) {
    if (cell.test_on != source) continue;
    const FirstSeed seed = first_seed(table, cell);
    for (const std::uint32_t image : surest_mistakes(seed, truth, kMistakesShown)) chosen.add(image);
    cells.push_back(by_entry(seed, truth, classes));
  }
  for (std::size_t examples = 1; examples <= kExamplesShown && !chosen.full(); ++examples) {
    for (const auto& entries : cells) add_examples(entries, examples, chosen);
  }
  return chosen.all();
}

}  // namespace ersatz::analysis
