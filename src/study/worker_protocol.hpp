#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "models/method.hpp"
#include "study/longer_run.hpp"
#include "study/run_spec.hpp"
#include "train/trainer.hpp"

namespace ersatz::study {

// What a worker process and the one that started it say to each other: one JSON object a line,
// jobs on the worker's standard input, updates on its standard output.

/// One run for a worker.
struct WorkerJob {
  RunSpec spec;
  models::Method method;
  Json data_manifest;  ///< data::DataSet::manifest()
  std::filesystem::path out;
  std::filesystem::path cache;  ///< where a backbone's features are
  std::optional<LongerRun> longer = std::nullopt;
};

/// One line from a worker. A job's last line is done, failed or stopped; then the worker takes the next.
struct WorkerUpdate {
  enum class Kind { progress, testing, warning, done, failed, stopped } kind = Kind::progress;
  train::TrainProgress progress;       ///< of progress
  std::string text;                    ///< testing: the source; warning, failed: the message
  std::string hint;                    ///< of failed
  int epochs_run = 0, best_round = 0;  ///< of done
  double val_accuracy = 0;             ///< of done: at the best round, NaN without validation
  double seconds = 0;                  ///< of done
};

// Without the line feed. from_line throws Error when `line` is no such object.
std::string to_line(const WorkerJob& job);
std::string to_line(const WorkerUpdate& update);
WorkerJob job_from_line(const std::string& line);
WorkerUpdate update_from_line(const std::string& line);

}  // namespace ersatz::study
