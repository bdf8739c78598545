#pragma once

#include <filesystem>
#include <string>

#include "data/data_set.hpp"

namespace ersatz::testing {

/// How many images of each class a source of write_tiny_source() has.
struct TinySource {
  std::string name;
  int train = 0, test = 0;
  int copies = 0;  ///< test images (of each class) that are copies of training images
};

/// Writes {train,test}/NAME/{bird,cat,dog}/000.jpg ... of 16 x 16 pixels below `folder`. Classes differ in
/// colour, so that they can be learned; images differ from each other.
void write_tiny_source(const std::filesystem::path& folder, const TinySource& source);

/// Opens what was written below `folder`, with its cache in `cache`.
data::DataSet open_tiny(const std::filesystem::path& folder, const std::filesystem::path& cache);

}  // namespace ersatz::testing
