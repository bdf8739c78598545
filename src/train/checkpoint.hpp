#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "models/method.hpp"
#include "nn/precision.hpp"
#include "nn/tensor.hpp"
#include "train/history.hpp"

namespace ersatz::train {

/// What a round has summed up before its end.
struct BegunRound {
  double loss = 0;          ///< sum over its batches, as nn::LossSum
  std::size_t correct = 0;  ///< of the images
  std::size_t images = 0;   ///< trained on so far; 0 between two rounds
  double seconds = 0;       ///< of training
};

/// All that training needs to go on after a step as if it had never stopped. Random numbers are
/// counter-based, so there is no generator to keep.
struct Checkpoint {
  nn::NamedTensors weights;       ///< after the last step
  nn::NamedTensors best_weights;  ///< of best_round; empty when the last round's are wanted anyway
  nn::NamedTensors optimizer;     ///< velocities; empty without momentum
  nn::NamedTensors average;       ///< of the weights (averaging.hpp); empty without averaging
  History history;
  int best_round = 0;
  std::int64_t steps = 0;  ///< updates made
  BegunRound begun;        ///< of the round after those of the history
  std::string precision;   ///< "f32" or "bf16"
  std::string engine;      ///< version and instruction set of oneDNN
};

/// What Checkpoint::engine is in this process: "oneDNN 2.6.3 (commit) on avx512_core_bf16".
std::string current_engine();

/// Whether training in this precision goes on from the checkpoint here. With another precision, another oneDNN or
/// another instruction set the result would be a mixture that nothing can repeat.
bool can_continue(const Checkpoint& checkpoint, nn::Precision precision);

/// Writes one safetensors file, whole or not at all.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Nothing when there is no such file. Throws Error naming the file when it is damaged.
std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& path);

/// Throws Error, whose text goes behind the name of the file, unless training by `method` over this many images can
/// have written it: rounds and steps are those of the method, times, losses and weights are numbers, shares are between
/// 0 and 1.
void require_possible(const Checkpoint& checkpoint, const models::Method& method, std::size_t images);

}  // namespace ersatz::train
