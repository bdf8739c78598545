#include "train/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/error.hpp"
#include "base/text.hpp"
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

template <typename T>
T number(const std::string& text) {
  if (const auto value = number_from<T>(text)) return *value;
  throw Error(fmt::format("\"{}\" is no number", text));
}

// The shortest text that is this very number again.
std::string exact(double number) { return fmt::format("{}", number); }

bool is_share(double value) { return value >= 0 && value <= 1; }
bool is_time(double seconds) { return std::isfinite(seconds) && seconds >= 0; }

void require_possible(const RoundRecord& record, std::int64_t steps) {
  const auto fail = [&](std::string_view what, auto value) {
    throw Error(fmt::format("says that round {} had the {} {}", record.round, what, value));
  };
  if (!std::isfinite(record.loss)) fail("loss", record.loss);
  if (!is_share(record.accuracy)) fail("accuracy", record.accuracy);
  // Without a validation part both are NaN; a network may also be so bad that its loss is not finite.
  if (!std::isnan(record.val_accuracy) && !is_share(record.val_accuracy)) fail("val_accuracy", record.val_accuracy);
  if (!std::isfinite(record.learning_rate)) fail("learning_rate", record.learning_rate);
  if (!is_time(record.train_seconds)) fail("train_seconds", record.train_seconds);
  if (!is_time(record.eval_seconds)) fail("eval_seconds", record.eval_seconds);
  // Versions up to 0.1 did not write the steps of each round.
  if (record.steps != 0 && record.steps != steps) fail("steps", record.steps);
}

void require_possible(const BegunRound& begun, std::int64_t steps, std::int64_t steps_of_round, int batch) {
  if (steps < 1 || steps > steps_of_round) {
    throw Error(fmt::format("has {} steps of a round of {}", steps, steps_of_round));
  }
  if (begun.images > static_cast<std::size_t>(steps) * static_cast<std::size_t>(batch) ||
      begun.correct > begun.images || !std::isfinite(begun.loss) || !is_time(begun.seconds)) {
    throw Error("has sums of a begun round that cannot be");
  }
}

void require_finite(const nn::NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (!std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); })) {
      throw Error(fmt::format("holds values that are not finite in {}", name));
    }
  }
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
  if (const BegunRound& begun = checkpoint.begun; begun.images > 0) {
    file.metadata["begun_loss"] = exact(begun.loss);
    file.metadata["begun_correct"] = std::to_string(begun.correct);
    file.metadata["begun_images"] = std::to_string(begun.images);
    file.metadata["begun_seconds"] = exact(begun.seconds);
  }
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
    checkpoint.best_round = number<int>(file.metadata.at(named_round ? "best_round" : "best_epoch"));
    checkpoint.steps = number<std::int64_t>(file.metadata.at("steps"));
    checkpoint.precision = file.metadata.at("precision");
    checkpoint.engine = file.metadata.at("engine");
    if (file.metadata.contains("begun_images")) {
      checkpoint.begun = {
          number<double>(file.metadata.at("begun_loss")), number<std::size_t>(file.metadata.at("begun_correct")),
          number<std::size_t>(file.metadata.at("begun_images")), number<double>(file.metadata.at("begun_seconds"))};
    }
  } catch (const std::out_of_range&) {  // a key is missing
    throw Error(fmt::format("{} is not a checkpoint of this program", path.string()));
  } catch (const Error& problem) {
    throw Error(fmt::format("{} is not a checkpoint of this program: {}", path.string(), problem.what()));
  }
  return checkpoint;
}

void require_possible(const Checkpoint& checkpoint, const models::Method& method, std::size_t images) {
  const History& history = checkpoint.history;
  const auto rounds = static_cast<int>(history.size());
  const bool within = checkpoint.begun.images > 0;
  if (rounds < (within ? 0 : 1) || rounds + (within ? 1 : 0) > method.rounds()) {
    throw Error(fmt::format("has {} rounds, but the run has {}", rounds, method.rounds()));
  }
  for (int round = 1; round <= rounds; ++round) {
    const RoundRecord& record = history[static_cast<std::size_t>(round) - 1];
    if (record.round != round) throw Error(fmt::format("has the round {} in row {}", record.round, round));
    require_possible(record, method.round_end(round, images));
  }
  const std::int64_t steps = rounds == 0 ? 0 : method.round_end(rounds, images);
  if (within) {
    if (checkpoint.steps < 0) throw Error(fmt::format("has {} steps", checkpoint.steps));
    require_possible(checkpoint.begun, checkpoint.steps - steps, method.round_end(rounds + 1, images) - steps,
                     method.batching.size);
  } else if (checkpoint.steps != steps) {
    throw Error(fmt::format("has {} steps, but there are {} after round {}", checkpoint.steps, steps, rounds));
  }
  if (checkpoint.best_round < std::min(1, rounds) || checkpoint.best_round > rounds) {
    throw Error(fmt::format("has the best round {} of {}", checkpoint.best_round, rounds));
  }
  for (const auto* tensors :
       {&checkpoint.weights, &checkpoint.best_weights, &checkpoint.optimizer, &checkpoint.average}) {
    require_finite(*tensors);
  }
}

}  // namespace ersatz::train
