#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ersatz::study {

/// The file with the pretrained weights of a classifier's backbone.
struct WeightsFile {
  std::filesystem::path file;
  std::string hash;  ///< SHA-256, 64 hexadecimal digits: part of a run's identity
  std::string note;  ///< for tables: "weights.h5 (sha256 5e1776ae), not the weights of ..."
};

/// "vgg16:block3" -> "vgg16": the network whose weights are needed.
std::string network_of(const std::string& backbone);

/// Hashes the file at `given`, or else the one that `ersatz fetch` puts into `cache`. Nothing when
/// none is given and none is there. Throws Error when `given` cannot be read.
std::optional<WeightsFile> find_weights(const std::string& backbone, const std::optional<std::filesystem::path>& given,
                                        const std::filesystem::path& cache);

/// What to do about missing weights: "get them with `ersatz fetch vgg16`, ...".
std::string how_to_get_weights(const std::string& backbone);

}  // namespace ersatz::study
