#pragma once

#include <filesystem>
#include <vector>

#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::nn {

/// Whether the file begins as an HDF5 file does.
bool is_hdf5(const std::filesystem::path& path);

/// Reads the weights of a Keras HDF5 file: of the layers that `layer_names` lists, each with the
/// datasets that its `weight_names` lists (groups may nest), those that `wanted` names. A layer's
/// tensor of rank 4 becomes "layer.weight" [out, in, h, w] (Keras has [h, w, in, out]), of rank 2
/// "layer.weight" [out, in], of rank 1 "layer.bias". What a layer that is not wanted holds is not
/// looked at, and wanted ones may be missing. Throws Error naming the file and the layer: a wanted
/// tensor of another shape before any of its values is read.
///
/// The HDF5 library may crash on a hostile file: call it in a child process (base/isolated.hpp).
NamedTensors read_keras_file(const std::filesystem::path& path, const std::vector<ParameterSpec>& wanted);

}  // namespace ersatz::nn
