#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/npy.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "nn/optimizer.hpp"
#include "nn/precision.hpp"
#include "nn/tensor.hpp"
#include "train/history.hpp"

namespace ersatz::train {

/// How a classifier is trained. The defaults are the seed study's (docs/design.md).
///
/// Training goes on in rounds: after each one it is validated, recorded in the history and checkpointed. A round is an
/// epoch, or with a steps budget a tenth of it, however many epochs that may be.
struct Regime {
  int epochs = 20;  ///< at most; does not count with a steps budget
  std::int64_t steps =
      0;           ///< updates to make whatever the number of images, without early stopping; 0 = no such budget
  int batch = 64;  ///< the smaller last batch is trained too, as the mean over its own images
  nn::SgdOptions sgd;
  nn::Schedule schedule;
  int patience = 2;  ///< stop after so many epochs without a better validation accuracy; 0 = never
  nn::Precision precision = nn::Precision::f32;
  std::uint64_t seed = 1;

  int rounds() const;
  /// Updates of an epoch over n images.
  std::int64_t steps_per_epoch(std::size_t n) const;
  /// Updates made when round `round` (from 1) over n images ends; 0 for round 0.
  std::int64_t round_end(int round, std::size_t n) const;
  /// Images that a round over n images trains on, on average.
  double images_per_round(std::size_t n) const;
};

/// Reported a few times a second while a run trains.
struct TrainProgress {
  int epoch = 0, epochs = 0;                 ///< rounds
  std::size_t images = 0, images_total = 0;  ///< of this round
  double loss = 0, accuracy = 0;             ///< running means of this round
  double val_accuracy = 0;                   ///< of the last finished round, NaN before
  double images_per_second = 0;              ///< trained, of this process
};

struct TrainResult {
  nn::NamedTensors weights;  ///< of the best epoch; of the last one without validation or patience
  History history;           ///< a record per round
  int epochs_run = 0;        ///< passes over the training images, begun ones included
  int best_epoch = 0;        ///< the round whose weights these are
  bool stopped_early = false;
  std::string warning;  ///< not empty when a checkpoint came from another engine or instruction set
};

/// Trains from models::initial_weights(seed), or from `checkpoint` when that file is there: it is
/// rewritten after every round, and a run that goes on from it ends bit-identical to one that was
/// never interrupted (a checkpoint of another precision is not used). `validation` may be empty (size 0). Throws
/// Stopped when a stop is requested.
TrainResult train(const models::Classifier& classifier, const data::BatchSource& training,
                  const data::BatchSource& validation, const Regime& regime, const std::filesystem::path& checkpoint,
                  const std::function<void(const TrainProgress&)>& on_progress = {});

/// Images of one forward pass of predict().
inline constexpr int kTestBatch = 100;

/// Class probabilities [n, classes], computed in f32 from `weights`.
Matrix predict(const models::Classifier& classifier, const nn::NamedTensors& weights,
               const data::BatchSource& examples);

}  // namespace ersatz::train
