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

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  nn::SafeTensors file;
  add_prefixed(file.tensors, kWeights, checkpoint.weights);
  add_prefixed(file.tensors, kBest, checkpoint.best_weights);
  add_prefixed(file.tensors, kOptimizer, checkpoint.optimizer);
  add_prefixed(file.tensors, kAverage, checkpoint.average);
  file.metadata = {{"history", history_to_csv(checkpoint.history)},
                   {"best_epoch", std::to_string(checkpoint.best_epoch)},
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
    checkpoint.best_epoch = std::stoi(file.metadata.at("best_epoch"));
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
