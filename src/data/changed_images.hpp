#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/augment/augmentation.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// Some images of a source.
struct ChosenImages {
  std::string source;
  std::shared_ptr<const ImageStore> store;
  std::vector<std::uint32_t> indices;  ///< into the store, in rising order
};

/// A store with these images and their labels, each changed by `transform`, in its order. They are called
/// "SOURCE/file name". What is random about a change depends on this name alone. The store is made in the cache folder
/// `cache` where it is not there yet. All images must have one size. Throws Error, DamagedFile or Stopped.
std::shared_ptr<const ImageStore> changed_images(const std::vector<ChosenImages>& parts,
                                                 const std::vector<Augmentation>& transform,
                                                 const std::filesystem::path& cache);

}  // namespace ersatz::data
