#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/npy.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "nn/tensor.hpp"
#include "train/history.hpp"
#include "train/regime.hpp"

namespace ersatz::train {

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
/// never interrupted (a checkpoint of another precision is not used). `validation` may be empty (size 0). A regime with
/// a recipe is the one of this classifier's. Throws Stopped when a stop is requested.
TrainResult train(const models::Classifier& classifier, const data::BatchSource& training,
                  const data::BatchSource& validation, const Regime& regime, const std::filesystem::path& checkpoint,
                  const std::function<void(const TrainProgress&)>& on_progress = {});

/// Images of one forward pass of predict().
inline constexpr int kTestBatch = 100;

/// Class probabilities [n, classes], computed in f32 from `weights`; of a classifier whose recipe says so the average
/// over views of each image (test_views.hpp).
Matrix predict(const models::Classifier& classifier, const nn::NamedTensors& weights,
               const data::BatchSource& examples);

}  // namespace ersatz::train
