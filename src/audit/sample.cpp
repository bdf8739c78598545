#include "audit/sample.hpp"

#include <algorithm>
#include <string>

namespace ersatz::audit {
namespace {

struct Candidate {
  std::uint64_t hash;
  SampledImage image;
};

// Of each class, in the order of their hashes.
std::vector<std::vector<Candidate>> candidates_of(const data::DataSet& set, std::size_t source) {
  std::vector<std::vector<Candidate>> classes(set.classes.size());
  for (const data::Split split : {data::Split::train, data::Split::test}) {
    const data::ImageStore* store = set.sources[source].split(split);
    if (store == nullptr) continue;
    for (std::size_t i = 0; i < store->size(); ++i) {
      const std::int32_t label = store->labels()[i];
      classes[static_cast<std::size_t>(label)].push_back(
          {store->pixel_hash(i), {source, store, static_cast<std::uint32_t>(i), label}});
    }
  }
  for (auto& images : classes) {
    std::ranges::stable_sort(images, {}, &Candidate::hash);
    const auto copies = std::ranges::unique(images, {}, &Candidate::hash);
    images.erase(copies.begin(), copies.end());
  }
  return classes;
}

}  // namespace

Sample draw_sample(const data::DataSet& set, std::size_t most) {
  std::vector<std::vector<std::vector<Candidate>>> all;
  for (std::size_t s = 0; s < set.sources.size(); ++s) all.push_back(candidates_of(set, s));
  Sample sample;
  std::vector<std::size_t> counts(set.classes.size());
  std::size_t shared = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    counts[k] = all.front()[k].size();
    for (const auto& classes : all) counts[k] = std::min(counts[k], classes[k].size());
    if (counts[k] == 0) sample.left_out.push_back(set.classes[k]);
    shared += counts[k] > 0 ? 1 : 0;
  }
  const std::size_t each = shared == 0 ? 0 : std::max<std::size_t>(most / shared, 1);
  for (std::size_t& count : counts) {
    count = std::min(count, each);
    sample.per_source += count;
  }
  for (const auto& classes : all) {
    for (std::size_t k = 0; k < counts.size(); ++k) {
      for (std::size_t i = 0; i < counts[k]; ++i) sample.images.push_back(classes[k][i].image);
    }
  }
  return sample;
}

}  // namespace ersatz::audit
