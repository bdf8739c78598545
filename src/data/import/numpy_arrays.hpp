#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "data/import/layout.hpp"
#include "data/import/shards.hpp"

namespace ersatz::data {

// Images as arrays of NumPy: .npz files, and pairs of .npy files. Their names say which arrays are images and which are
// labels, and may name a split: images and labels, x_train and y_train, arr_0 and arr_1.

struct ArrayName {
  bool labels = false;
  std::optional<NamedSplit> split;
};

/// What an array of that name (without ".npy") is; empty when it is neither images nor labels. With `columns` only
/// arrays of these names are.
std::optional<ArrayName> array_name(std::string_view name, const ImageColumns& columns = {});

bool holds_numpy(const Container& container, const ImageColumns& columns = {});

/// The arrays in a container as one source. Throws Error when `source` is not given, for arrays of images that are no
/// bytes, and when images have no labels or another number of them.
Layout numpy_layout(const Container& container, const std::filesystem::path& path,
                    const std::optional<std::string>& source, const ImageColumns& columns);

}  // namespace ersatz::data
