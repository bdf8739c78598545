#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "study/run_spec.hpp"

namespace ersatz::study {

/// What model.safetensors says of its network besides the weights, so that it can be used without its run
/// (docs/file-formats.md).
std::map<std::string, std::string> model_metadata(const RunSpec& spec, const data::DataSet& data);

/// The same, read back.
struct ModelMetadata {
  std::string classifier;
  std::vector<std::string> classes;
  std::optional<data::ImageShape> shape;  ///< of its images; nothing where versions up to 0.2 wrote it
  std::optional<data::Resize> resize;     ///< how images became that size, where they had others
  std::string weights_hash;               ///< SHA-256 of the backbone's weights file; empty without one
};
/// Throws Error, whose text goes behind the file's name, when it is not what model_metadata() writes.
ModelMetadata parse_model_metadata(const std::map<std::string, std::string>& metadata);

}  // namespace ersatz::study
