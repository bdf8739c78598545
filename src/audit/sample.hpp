#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/data_set.hpp"

namespace ersatz::audit {

/// An image of a source, of either split.
struct SampledImage {
  std::size_t source = 0;  ///< in DataSet::sources
  const data::ImageStore* store = nullptr;
  std::uint32_t index = 0;
  std::int32_t label = 0;
  /// Equal for images that belong together: of one group, or a photograph and what was made from it.
  std::uint64_t cluster = 0;

  std::span<const std::uint8_t> pixels() const { return store->image(index); }
  std::uint64_t file_hash() const { return store->file_hash(index); }
};

/// Images of which sources are compared: the same number from each class of each source, so that no source is known by
/// what it shows.
struct Sample {
  std::vector<SampledImage> images;        ///< by source, then by class
  std::size_t per_source = 0;              ///< images of each
  std::vector<std::string> left_out;       ///< classes that some source lacks
  std::vector<std::string> small_sources;  ///< that have fewer than `fewest` images, and none in the sample
};

/// At most `most` images of each source, chosen by the hash of their pixels: the same ones whatever the order of files.
/// Of a source's equal images, and of those of a group (of `location`), one counts. Sources with fewer than `fewest`
/// such images are left out, but for the source number `real`.
Sample draw_sample(const data::DataSet& set, const data::DataLocation& location, std::size_t real, std::size_t most,
                   std::size_t fewest);

}  // namespace ersatz::audit
