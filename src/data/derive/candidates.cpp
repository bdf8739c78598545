#include "data/derive/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

PixelHashes test_images(const DataSet& set) {
  PixelHashes hashes;
  for (const Source& source : set.sources) {
    if (source.test == nullptr) continue;
    for (std::size_t i = 0; i < source.test->size(); ++i) hashes.insert(source.test->pixel_hash(i));
  }
  return hashes;
}

/// Of images that are equal and yet of different classes, that of the first class is taken; of a class, that with the
/// first name.
std::vector<Candidate> in_order_of_pixels(const ImageStore& store) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < store.size(); ++i) {
    all.push_back({{&store, static_cast<std::uint32_t>(i)}, store.pixel_hash(i), store.labels()[i]});
  }
  std::ranges::sort(all, {}, [](const Candidate& one) { return std::tuple(one.pixels, one.label, one.image.index); });
  return all;
}

}  // namespace

std::uint64_t seeded_number(std::string_view purpose, std::uint64_t seed, std::uint64_t pixels) {
  return short_hash(sha256(fmt::format("derive {} {} {:016x}", purpose, seed, pixels)));
}

void sort_seeded(std::vector<Candidate>& images, std::string_view purpose, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, Candidate>> numbered;
  numbered.reserve(images.size());
  for (const Candidate& image : images) numbered.emplace_back(seeded_number(purpose, seed, image.pixels), image);
  std::ranges::sort(numbered, {}, [](const auto& one) { return std::pair(one.first, one.second.pixels); });
  std::ranges::transform(numbered, images.begin(), [](const auto& one) { return one.second; });
}

Candidates find_candidates(const DataSet& set, const Source& source, const PixelHashes& without, std::uint64_t seed) {
  if (source.train == nullptr) {
    throw Error(fmt::format("{} has no training images", source.name),
                "a derived source is made from training images alone, so that no test image gets into it");
  }
  const PixelHashes tested = test_images(set);
  Candidates found;
  found.classes.resize(set.classes.size());
  const Candidate* before = nullptr;
  const std::vector<Candidate> all = in_order_of_pixels(*source.train);
  for (const Candidate& image : all) {
    const bool copy = before != nullptr && before->pixels == image.pixels;
    before = &image;
    if (copy) {
      ++found.copies;
    } else if (tested.contains(image.pixels)) {
      ++found.of_test_images;
    } else if (without.contains(image.pixels)) {
      ++found.without;
    } else {
      found.classes[static_cast<std::size_t>(image.label)].push_back(image);
    }
  }
  if (std::ranges::all_of(found.classes, [](const auto& images) { return images.empty(); })) {
    throw Error(
        fmt::format("no training image of {} is left: {} are equal to test images, {} are left out by --without",
                    source.name, found.of_test_images, found.without));
  }
  for (auto& images : found.classes) sort_seeded(images, "choice", seed);
  return found;
}

}  // namespace ersatz::data
