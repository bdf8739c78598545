#pragma once

#include <filesystem>

#include "data/data_set.hpp"

namespace ersatz::data {

/// The same images, whose labels say which source each is from: the classes are the sources in byte order of their
/// names. Choices stay balanced over the classes that the images had (ImageStore::strata). The stores are views, which
/// are made in the cache folder `cache` where they are not there yet. Throws Error when there are fewer than two
/// sources, DamagedFile or Stopped.
DataSet label_by_source(DataSet data, const std::filesystem::path& cache);

}  // namespace ersatz::data
