#include "quality/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/store_format.hpp"

namespace ersatz::quality {
namespace {

// All images of a store in the order of their names' hashes: any first part of them is a choice by chance.
std::vector<std::uint32_t> by_chance(const data::ImageStore& store) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> hashes;
  hashes.reserve(store.size());
  for (std::uint32_t i = 0; i < store.size(); ++i) {
    hashes.emplace_back(data::short_hash(sha256(store.file_name(i))), i);
  }
  std::ranges::sort(hashes);
  std::vector<std::uint32_t> order;
  order.reserve(hashes.size());
  for (const auto& [hash, i] : hashes) order.push_back(i);
  return order;
}

data::Selection slice(const data::ImageStore& store, const std::vector<std::uint32_t>& order, std::size_t first,
                      std::size_t count) {
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
  return data::select(store, {begin, begin + static_cast<std::ptrdiff_t>(count)});
}

std::size_t size_of(const data::ImageStore* store) { return store == nullptr ? 0 : store->size(); }

}  // namespace

Samples draw_samples(const data::DataSet& set, const std::string& real, std::size_t most) {
  const data::Source& photographs = set.source(real);
  if (size_of(photographs.train.get()) < kFewestImages) {
    throw Error(fmt::format("{} has {} training images: metrics take at least {}", real,
                            size_of(photographs.train.get()), kFewestImages));
  }
  Samples samples;
  samples.images = most;
  for (const data::Source& source : set.sources) {
    const std::size_t images = size_of(source.train.get());
    if (images < kFewestImages) {
      samples.small_sources.push_back(source.name);
    } else if (images < samples.images) {
      samples.images = images;
      samples.smallest = source.name;
    }
  }
  const std::size_t n = samples.images;
  for (const data::Source& source : set.sources) {
    if (size_of(source.train.get()) < kFewestImages) continue;
    const std::vector<std::uint32_t> order = by_chance(*source.train);
    Sample sample{source.name, slice(*source.train, order, 0, n)};
    if (source.name != real) {
      samples.others.push_back(std::move(sample));
      continue;
    }
    samples.real = std::move(sample);
    samples.most_with_more = std::max(size_of(source.test.get()), order.size() / 2);
    samples.more_is_test = size_of(source.test.get()) >= n;
    if (samples.more_is_test) {
      samples.more_real = slice(*source.test, by_chance(*source.test), 0, n);
    } else if (order.size() >= 2 * n) {
      samples.more_real = slice(*source.train, order, n, n);
    }
  }
  return samples;
}

std::optional<CopySamples> draw_copy_samples(const data::DataSet& set, const std::string& source, std::size_t most) {
  const data::Source& photographs = set.source(source);
  const std::size_t n = std::min({most, size_of(photographs.train.get()), size_of(photographs.test.get())});
  if (n < kFewestImages) return std::nullopt;
  return CopySamples{slice(*photographs.train, by_chance(*photographs.train), 0, n),
                     slice(*photographs.test, by_chance(*photographs.test), 0, n)};
}

}  // namespace ersatz::quality
