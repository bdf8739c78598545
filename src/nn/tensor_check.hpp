#pragma once

#include <string>

#include "nn/tensor.hpp"

namespace ersatz::nn {

/// 16 hexadecimal digits by which files of the cache know that their tensors are those that were written: the checksum
/// of names, shapes and values. They are in files, and never change.
std::string tensor_check(const NamedTensors& tensors);

}  // namespace ersatz::nn
