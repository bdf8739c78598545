#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/study_options.hpp"
#include "cluster/packing.hpp"
#include "cluster/slurm_array.hpp"
#include "cluster/slurm_script.hpp"

namespace ersatz::cli {

/// What `ersatz slurm` is told besides the study.
struct SlurmOptions : StudyOptions {
  std::string time, partition;
  std::size_t at_a_time = 0;          ///< tasks; 0: as many as there is room for
  std::optional<std::size_t> pack;    ///< runs of a task
  unsigned jobs = 1;                  ///< runs at a time in a task, and its cores
  std::int64_t notice = 120;          ///< seconds before the time limit at which a task is to save
  std::vector<std::string> sbatch{};  ///< further options of sbatch
  bool submit = false;
};

/// A study as tasks for Slurm.
struct SlurmTasks {
  std::size_t left = 0;      ///< unfinished runs; of a ladder all that may be made
  const char* unit = "run";  ///< what tasks share: runs, or the arms of a ladder
  cluster::Packing packing;
  std::optional<double> longest;  ///< seconds of the task that takes longest; nothing when nobody asked
  double features = 0;            ///< seconds that a task may first compute features for the others
  std::size_t feature_images = 0;
  std::chrono::seconds time{};  ///< time limit of a task
  std::size_t megabytes = 0;    ///< memory of a task
  std::size_t most_requeues = 0;

  std::size_t fewest_runs() const;  ///< in a task
  std::size_t most_runs() const;
};

/// Packs the unfinished runs, and says what a task needs. Measures this machine where its speeds are not known and
/// matter. Throws Error for a time limit that is too short.
SlurmTasks plan_slurm_tasks(const SlurmOptions& options, const study::Session& session);

/// Writes both job scripts into the output folder, which is there.
void write_slurm_scripts(const SlurmOptions& options, const study::Session& session, const SlurmTasks& tasks);

/// The name of all jobs of the study.
std::string slurm_job_name(const study::Session& session);

}  // namespace ersatz::cli
