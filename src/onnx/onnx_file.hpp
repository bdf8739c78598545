#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/whole_network.hpp"

namespace ersatz::onnx {

/// Names of what goes in and out of the graph.
inline constexpr char kPixels[] = "pixels", kLogits[] = "logits", kProbabilities[] = "probabilities";

/// A trained classifier as an ONNX file (operators of version 13, which every runtime since 2020 has). It takes
/// `pixels`, uint8 [N, height, width, 3], red first, as decoders give them, and computes `logits` and `probabilities`,
/// float [N, classes], as `ersatz predict` does: what pixels become before the network, and the views of test images
/// that are averaged over, are part of the graph. `metadata` are the file's properties. Returns the file's bytes.
std::string to_onnx(const models::WholeNetwork& model, const std::string& name, const std::string& version,
                    const std::map<std::string, std::string>& metadata);

}  // namespace ersatz::onnx
