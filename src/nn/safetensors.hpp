#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "nn/tensor.hpp"

namespace ersatz::nn {

/// A safetensors file: tensors and string metadata.
struct SafeTensors {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;
};

/// Writes `path` whole or not at all. Format: 8 bytes little-endian header length, JSON header,
/// data (huggingface/safetensors).
void write_safetensors(const std::filesystem::path& path, const SafeTensors& content);

/// Throws Error naming the file when it is cut short, when its header is not what the format asks
/// (no JSON, offsets that overlap, leave gaps or do not fit the shape) or longer than 16 MB, or when it holds
/// other types than F32, F16 and BF16. Values of the last two become float without a change.
SafeTensors read_safetensors(const std::filesystem::path& path);

/// The metadata alone; empty when the file is no safetensors file.
std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path);

}  // namespace ersatz::nn
