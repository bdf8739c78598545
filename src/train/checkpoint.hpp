#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "nn/tensor.hpp"
#include "train/history.hpp"

namespace ersatz::train {

/// All that training needs to go on after an epoch as if it had never stopped. Random numbers are
/// counter-based, so there is no generator among it.
struct Checkpoint {
  nn::NamedTensors weights;       ///< after the last epoch
  nn::NamedTensors best_weights;  ///< of best_epoch; empty when the last epoch's are wanted anyway
  nn::NamedTensors optimizer;     ///< velocities; empty without momentum
  nn::NamedTensors average;       ///< of the weights (lookahead.hpp); empty without a recipe
  History history;
  int best_epoch = 0;
  std::int64_t steps = 0;  ///< updates made
  std::string precision;   ///< "f32" or "bf16"
  std::string engine;      ///< version and instruction set of oneDNN
};

/// Writes one safetensors file, whole or not at all.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Nothing when there is no such file. Throws Error when it is damaged.
std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& path);

}  // namespace ersatz::train
