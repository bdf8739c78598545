#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "data/data_set.hpp"
#include "data/selection.hpp"

namespace ersatz::data {

/// Hashes of the pixels of images (ImageStore::pixel_hash).
using PixelHashes = std::unordered_set<std::uint64_t>;

/// An image that a derived source may be made from.
struct Candidate {
  ImageReference image;
  std::uint64_t pixels = 0;  ///< hash of its pixels
  std::int32_t label = 0;
};

/// Of each class of a data set the candidates of a source, in the order in which they are taken.
struct Candidates {
  std::vector<std::vector<Candidate>> classes;
  std::size_t copies = 0;          ///< training images left out since they are equal to another one
  std::size_t of_test_images = 0;  ///< since they are equal to a test image of some source
  std::size_t without = 0;         ///< since they are among those that were to be left out
};

/// The number by which images are put in an order: a hash of that of their pixels. Another `purpose` or `seed` is
/// another order. It depends on nothing else, such as names or other images.
std::uint64_t seeded_number(std::string_view purpose, std::uint64_t seed, std::uint64_t pixels);

/// Sorts by seeded_number().
void sort_seeded(std::vector<Candidate>& images, std::string_view purpose, std::uint64_t seed);

/// The training images of a source: each only once, none that is equal to a test image of the data set, none of
/// `without`. Throws Error when it has none.
Candidates find_candidates(const DataSet& set, const Source& source, const PixelHashes& without, std::uint64_t seed);

}  // namespace ersatz::data
