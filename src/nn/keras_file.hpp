#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/isolated.hpp"
#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::nn {

/// Whether the file begins as an HDF5 file does.
bool is_hdf5(const std::filesystem::path& path);

/// Reads the weights of a Keras HDF5 file, `bytes` of it all: of the layers that `layer_names` lists, each with the
/// datasets that its `weight_names` lists (groups may nest), those that `wanted` names. A layer's
/// tensor of rank 4 becomes "layer.weight" [out, in, h, w] (Keras has [h, w, in, out]), of rank 2
/// "layer.weight" [out, in], of rank 1 "layer.bias". What a layer that is not wanted holds is not
/// looked at, and wanted ones may be missing. Throws Error naming the file, `path`, and the layer: a wanted
/// tensor of another shape before any of its values is read. Opens no file.
///
/// The HDF5 library may crash on a hostile file: only tests call this one in their own process.
NamedTensors read_keras(std::string_view bytes, const std::filesystem::path& path,
                        const std::vector<ParameterSpec>& wanted);

/// The same in a child process in the sandbox. Throws IsolatedFailure, too.
NamedTensors read_keras_in_sandbox(std::string_view bytes, const std::filesystem::path& path,
                                   const std::vector<ParameterSpec>& wanted, IsolationLimits limits);

}  // namespace ersatz::nn
