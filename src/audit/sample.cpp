#include "audit/sample.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "base/hash.hpp"
#include "data/set_aside.hpp"
#include "data/store_format.hpp"

namespace ersatz::audit {
namespace {

struct Candidate {
  std::uint64_t hash;
  SampledImage image;
};

/// Of each class, in the order of their hashes.
using Candidates = std::vector<std::vector<Candidate>>;

// What belongs together, of each image: those of a group; where images were made from others, those with the same name.
std::vector<std::uint64_t> clusters_of(const data::ImageStore& store, const std::string* group, bool has_parents) {
  if (group != nullptr || !has_parents) return data::group_numbers(store, group);
  std::vector<std::uint64_t> clusters;
  for (std::size_t i = 0; i < store.size(); ++i) {
    clusters.push_back(data::short_hash(sha256(std::filesystem::path(store.file_name(i)).stem().string())));
  }
  return clusters;
}

Candidates candidates_of(const data::DataSet& set, const data::DataLocation& location, std::size_t source) {
  std::vector<Candidate> all;
  const std::string* group = location.group.find(set.sources[source].name);
  for (const data::Split split : {data::Split::train, data::Split::test}) {
    const data::ImageStore* store = set.sources[source].split(split);
    if (store == nullptr) continue;
    const std::vector<std::uint64_t> clusters = clusters_of(*store, group, !location.made_from.empty());
    for (std::size_t i = 0; i < store->size(); ++i) {
      all.push_back(
          {store->pixel_hash(i), {source, store, static_cast<std::uint32_t>(i), store->labels()[i], clusters[i]}});
    }
  }
  std::ranges::stable_sort(all, {}, &Candidate::hash);
  Candidates classes(set.classes.size());
  std::unordered_set<std::uint64_t> groups;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i].hash == all[i - 1].hash) continue;
    const SampledImage& image = all[i].image;
    if (group != nullptr && !groups.insert(image.cluster).second) continue;
    classes[static_cast<std::size_t>(image.label)].push_back(all[i]);
  }
  return classes;
}

std::size_t count(const Candidates& classes) {
  std::size_t images = 0;
  for (const auto& candidates : classes) images += candidates.size();
  return images;
}

}  // namespace

Sample draw_sample(const data::DataSet& set, const data::DataLocation& location, std::size_t real, std::size_t most,
                   std::size_t fewest) {
  Sample sample;
  std::vector<Candidates> all;
  for (std::size_t s = 0; s < set.sources.size(); ++s) {
    Candidates classes = candidates_of(set, location, s);
    if (s != real && count(classes) < fewest) {
      sample.small_sources.push_back(set.sources[s].name);
    } else {
      all.push_back(std::move(classes));
    }
  }
  std::vector<std::size_t> counts(set.classes.size());
  std::size_t shared = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    counts[k] = all.front()[k].size();
    for (const Candidates& classes : all) counts[k] = std::min(counts[k], classes[k].size());
    if (counts[k] == 0) sample.left_out.push_back(set.classes[k]);
    shared += counts[k] > 0 ? 1 : 0;
  }
  std::size_t taken = 0;
  for (std::size_t& number : counts) {
    if (number == 0) continue;
    const std::size_t share = most / shared + (taken < most % shared ? 1 : 0);
    ++taken;
    number = std::min(number, share);
    sample.per_source += number;
  }
  for (const Candidates& classes : all) {
    for (std::size_t k = 0; k < counts.size(); ++k) {
      for (std::size_t i = 0; i < counts[k]; ++i) sample.images.push_back(classes[k][i].image);
    }
  }
  return sample;
}

}  // namespace ersatz::audit
