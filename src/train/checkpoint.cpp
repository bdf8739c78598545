#include "train/checkpoint.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "nn/safetensors.hpp"

namespace ersatz::train {
namespace {

constexpr std::string_view kWeights = "weights.", kBest = "best.", kOptimizer = "optimizer.", kAverage = "average.";

void add_prefixed(nn::NamedTensors& into, std::string_view prefix, const nn::NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) into.emplace_back(std::string(prefix) + name, tensor);
}

nn::NamedTensors take_prefixed(nn::NamedTensors& from, std::string_view prefix) {
  nn::NamedTensors tensors;
  for (auto& [name, tensor] : from) {
    if (name.starts_with(prefix)) tensors.emplace_back(name.substr(prefix.size()), std::move(tensor));
  }
  return tensors;
}

}  // namespace

std::string current_engine() {
  const nn::EngineInfo info = nn::engine_info();
  return "oneDNN " + info.onednn_version + " on " + info.isa;
}

bool can_continue(const Checkpoint& checkpoint, nn::Precision precision) {
  return checkpoint.precision == nn::precision_name(precision) && checkpoint.engine == current_engine();
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  nn::SafeTensors file;
  add_prefixed(file.tensors, kWeights, checkpoint.weights);
  add_prefixed(file.tensors, kBest, checkpoint.best_weights);
  add_prefixed(file.tensors, kOptimizer, checkpoint.optimizer);
  add_prefixed(file.tensors, kAverage, checkpoint.average);
  file.metadata = {{"history", history_to_csv(checkpoint.history)},
                   {"best_round", std::to_string(checkpoint.best_round)},
                   {"steps", std::to_string(checkpoint.steps)},
                   {"precision", checkpoint.precision},
                   {"engine", checkpoint.engine}};
  nn::write_safetensors(path, file);
}

std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  nn::SafeTensors file = nn::read_safetensors(path);
  Checkpoint checkpoint;
  checkpoint.weights = take_prefixed(file.tensors, kWeights);
  checkpoint.best_weights = take_prefixed(file.tensors, kBest);
  checkpoint.optimizer = take_prefixed(file.tensors, kOptimizer);
  checkpoint.average = take_prefixed(file.tensors, kAverage);
  try {
    checkpoint.history = history_from_csv(file.metadata.at("history"));
    // Versions up to 0.1 called it an epoch, with a step budget too.
    const bool named_round = file.metadata.contains("best_round");
    checkpoint.best_round = std::stoi(file.metadata.at(named_round ? "best_round" : "best_epoch"));
    checkpoint.steps = std::stoll(file.metadata.at("steps"));
    checkpoint.precision = file.metadata.at("precision");
    checkpoint.engine = file.metadata.at("engine");
  } catch (const std::logic_error&) {  // a key is missing or not a number
    throw Error(fmt::format("{} is not a checkpoint of this program", path.string()),
                "delete it to start the run anew");
  }
  return checkpoint;
}

}  // namespace ersatz::train
