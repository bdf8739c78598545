#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "data/batch_sampler.hpp"
#include "data/batch_source.hpp"
#include "data/soft_labels.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/precision.hpp"
#include "nn/tensor.hpp"
#include "train/handover.hpp"
#include "train/history.hpp"

namespace ersatz::train {

/// What is to be trained: references must stay valid while train() runs.
struct TrainingTask {
  const models::Classifier& classifier;
  const models::Method& method;
  const data::BatchSource& training;    ///< images to train on, augmented where the method says so
  const data::BatchSource& validation;  ///< images that are watched; may be empty (size 0)
  std::uint64_t seed = 1;
  nn::Precision precision = nn::Precision::f32;
  std::chrono::milliseconds checkpoint_every = std::chrono::minutes(5);  ///< within a round
  /// Says which examples of `training` (or of sources of its own) each step takes; where there is none they are
  /// shuffled anew for every epoch.
  data::BatchSampler* sampler = nullptr;
  /// Of the examples of `training`, and of all sources of the sampler, where some are learned by class probabilities.
  const data::SoftLabels* soft_labels = nullptr;
  /// A longer training that is to go on from where this one's cooldown begins; what cannot be written is a warning.
  std::optional<Handover> handover = std::nullopt;
};

/// Reported a few times a second while a run trains.
struct TrainProgress {
  int round = 0, rounds = 0;
  std::size_t images = 0, images_total = 0;  ///< of this round
  double loss = 0, accuracy = 0;             ///< running means of this round
  double val_accuracy = 0;                   ///< of the last finished round, NaN before
  double images_per_second = 0;              ///< trained, of this process
};

/// What train() tells of while it runs.
struct TrainEvents {
  std::function<void(const TrainProgress&)> on_progress = {};
  std::function<void(const std::string& message)> on_warning = {};
};

struct TrainResult {
  nn::NamedTensors weights;  ///< of the best round; of the last one without validation, patience or with a step budget
  History history;           ///< a record per round
  int epochs_run = 0;        ///< passes over the training images, begun ones included
  int best_round = 0;        ///< the round whose weights these are
  bool stopped_early = false;
};

/// Trains from models::initial_weights(seed), or from `checkpoint` when that file is there: it is rewritten after every
/// round, every few minutes within one, and when a stop is requested, and a run that goes on from it ends bit-identical
/// to one that was never interrupted. A checkpoint that cannot be continued here (checkpoint.hpp) is not used, and one
/// that is damaged or cannot be this training's is deleted: training starts anew, with a warning. Throws Error when
/// there is nothing to train on or the loss is no longer a number, and Stopped when a stop is requested.
TrainResult train(const TrainingTask& task, const std::filesystem::path& checkpoint, const TrainEvents& events = {});

}  // namespace ersatz::train
