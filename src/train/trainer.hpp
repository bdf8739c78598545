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
struct Regime {
  int epochs = 20;  ///< at most
  int batch = 64;   ///< the smaller last batch is trained too, as the mean over its own images
  nn::SgdOptions sgd;
  nn::Schedule schedule;
  int patience = 2;  ///< stop after so many epochs without a better validation accuracy; 0 = never
  nn::Precision precision = nn::Precision::f32;
  std::uint64_t seed = 1;
};

/// Reported a few times a second while a run trains.
struct TrainProgress {
  int epoch = 0, epochs = 0;
  std::size_t images = 0, images_total = 0;  ///< of this epoch
  double loss = 0, accuracy = 0;             ///< running means of this epoch
  double val_accuracy = 0;                   ///< of the last finished epoch, NaN before
  double images_per_second = 0;              ///< trained, of this process
};

struct TrainResult {
  nn::NamedTensors weights;  ///< of the best epoch; of the last one without validation or patience
  History history;
  int best_epoch = 0;
  bool stopped_early = false;
  std::string warning;  ///< not empty when a checkpoint came from another engine or instruction set
};

/// Trains from models::initial_weights(seed), or from `checkpoint` when that file is there: it is
/// rewritten after every epoch, and a run that goes on from it ends bit-identical to one that was
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
