#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "data/data_set.hpp"

namespace ersatz::audit {

/// An image of a source, of either split.
struct SampledImage {
  std::size_t source = 0;  ///< in DataSet::sources
  const data::ImageStore* store = nullptr;
  std::uint32_t index = 0;
  std::int32_t label = 0;

  std::span<const std::uint8_t> pixels() const { return store->image(index); }
  std::uint64_t file_hash() const { return store->file_hash(index); }
};

/// Images of which sources are compared: of every class as many of each source, so that no source is known by what it
/// shows.
struct Sample {
  std::vector<SampledImage> images;   ///< by source, then by class
  std::size_t per_source = 0;         ///< images of each
  std::vector<std::string> left_out;  ///< classes that some source lacks
};

/// At most `most` images of each source, chosen by the hash of their pixels: the same ones whatever the order of files.
/// Of equal images of a source one counts.
Sample draw_sample(const data::DataSet& set, std::size_t most);

}  // namespace ersatz::audit
