#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/npy.hpp"
#include "study/run_spec.hpp"
#include "train/history.hpp"

namespace ersatz::study {

/// A finished run as its folder has it. Format: docs/file-formats.md.
struct RunRecord {
  std::filesystem::path folder;
  RunSpec spec;
  std::string precision;               ///< taken: "f32" or "bf16"
  std::string weights_note;            ///< which pretrained weights were used; empty for none
  std::size_t training_images = 0, validation_images = 0;
  int epochs_run = 0, best_epoch = 0;
  bool stopped_early = false;
  double seconds = 0;
  std::vector<std::string> tested_on;  ///< sources whose predictions are there

  std::string id() const { return folder.filename().string(); }
};

/// Throws Error naming the file when run.json is missing or unreadable.
RunRecord read_run_record(const std::filesystem::path& folder);

/// What an output folder says of its study, in DIR/study.json.
struct StudyRecord {
  std::string name;
  std::string data_fingerprint;
  std::vector<std::string> classes;
  std::vector<std::string> sources;
  bool demo_data = false;  ///< made by `ersatz data demo`: every table's caption says so
  std::vector<std::string> runs;  ///< ids of the runs the study asks for, in plan order
};
StudyRecord read_study_record(const std::filesystem::path& folder);

/// All finished runs below DIR/runs that study.json asks for, in plan order.
std::vector<RunRecord> read_finished_runs(const std::filesystem::path& folder);

/// One line of DIR/data/<SOURCE>-test.csv.
struct TestImage {
  std::string file;
  std::int32_t label = 0;
  bool tested = true;  ///< false: left out by drop_duplicates
};
std::vector<TestImage> read_test_images(const std::filesystem::path& folder, const std::string& source,
                                        const std::vector<std::string>& classes);

}  // namespace ersatz::study
