#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/npy.hpp"
#include "study/ladder.hpp"
#include "study/own_settings.hpp"
#include "study/run_spec.hpp"
#include "study/stages.hpp"
#include "study/test_sets.hpp"
#include "train/history.hpp"

namespace ersatz::study {

/// A file whose `format` this version does not know: a later one wrote it. Nobody may take it for damaged, and make it
/// anew or advise to delete it.
class LaterFormat : public Error {
 public:
  using Error::Error;
};

/// What a run's bits depend on besides its settings and data (docs/design.md).
struct Environment {
  std::string ersatz, onednn, compiler;  ///< versions
  std::string cpu;                       ///< model name
  std::string isa;                       ///< instruction set as oneDNN uses it

  bool operator==(const Environment&) const = default;
};
/// Of this process.
Environment current_environment();

/// The keys versions, cpu and isa of run.json, and back (throws Json::exception).
Json to_json(const Environment& environment);
Environment environment_from_json(const Json& value);

/// What a run says that was packed (pack.hpp): its weights were not kept, and of its predictions the classes alone, or
/// with rounded probabilities.
struct Packed {
  std::map<std::string, std::string> sha256;  ///< of the files that were not kept, by name, where they were recorded
};

/// The key packed of run.json, and back (throws Json::exception).
Json to_json(const Packed& packed);
Packed packed_from_json(const Json& value);

/// A finished run as its folder has it. Format: docs/file-formats.md.
struct RunRecord {
  std::filesystem::path folder;
  RunSpec spec;
  std::string precision;     ///< taken: "f32" or "bf16"
  std::string weights_note;  ///< which pretrained weights were used; empty for none
  std::size_t training_images = 0, validation_images = 0;
  /// Training images of each source of spec.train_on, in its order; empty where an older version did not write them.
  std::vector<std::size_t> source_images;
  int epochs_run = 0;
  int best_round = 0;  ///< the row of history.csv whose weights were tested; run.json calls it best_epoch
  bool stopped_early = false;
  double seconds = 0;                  ///< of all epochs and tests, all sittings together
  std::vector<std::string> tested_on;  ///< sources whose predictions are there
  Environment environment;             ///< where it was trained (its last sitting)
  /// What its files were when they were written, by name: SHA-256 in hexadecimal; and how many test images of a source
  /// it classifies right. Of what versions up to 0.2 wrote there is nothing.
  std::map<std::string, std::string> sha256{};
  std::map<std::string, std::size_t> correct{};
  std::optional<Packed> packed{};
  /// Of what `tested_on` names that is a test set of the study file: which images these were.
  TestSetFingerprints test_sets{};

  /// The folder's name, without the prefix of a run that is not finished.
  std::string id() const;
};

/// Whether the run has predictions for the source or test set `name`; of a test set, for the images that it holds now.
bool is_tested_on(const RunRecord& record, const std::string& name, const TestSetFingerprints& now);

/// Takes out of the record what it says of the run's predictions for `name`; their file stays.
void forget_predictions(RunRecord& record, const std::string& name);

/// Throws Error naming the file when run.json is missing or unreadable, LaterFormat when a later version wrote it.
RunRecord read_run_record(const std::filesystem::path& folder);

/// Writes run.json into record.folder.
void write_run_record(const RunRecord& record);

/// What an output folder says of its study, in DIR/study.json.
struct StudyRecord {
  std::string name;
  std::string data_fingerprint;
  std::vector<std::string> classes;
  std::vector<std::string> sources;
  bool demo_data = false;                   ///< made by `ersatz data demo`: every table's caption says so
  std::vector<std::string> runs;            ///< ids of the runs the study asks for, in plan order; of a ladder so far
  std::vector<std::string> notes{};         ///< what a reader of its tables must know: images left out, rows not run
  std::vector<std::string> test_on{};       ///< sources that every run is tested on
  std::vector<std::string> warnings{};      ///< what nobody who sees a number may overlook
  std::optional<std::string> real{};        ///< the real source, where the study names it or it was guessed
  std::optional<Ladder> ladder{};           ///< of a study whose budget is "converged"
  std::vector<OwnSettings> own_settings{};  ///< of arms that have any, in plan order
  std::optional<Stages> stages{};           ///< of a study that tunes its arms or adds seeds
  bool label_source = false;                ///< the classes are sources: classifiers tell which one an image is from
  std::vector<KnownTestSet> test_sets{};    ///< of those in test_on that the study file puts together
  std::vector<std::string> trials{};        ///< ids of runs that are asked for and not tested, as stages have them

  /// Ids of all runs that are asked for: `runs`, then `trials`.
  std::vector<std::string> asked_for() const;

  bool operator==(const StudyRecord&) const = default;
};
/// Of a ladder, and of stages, what is asked for is what the finished runs lead to, whatever the file says: it is as
/// old as the last command that wrote it. Then the ladder has the arms whose settings are chosen. Throws Error when
/// DIR/study.json is missing (no output folder) or unreadable, LaterFormat when a later version wrote it.
StudyRecord read_study_record(const std::filesystem::path& folder);
void write_study_record(const std::filesystem::path& folder, const StudyRecord& record);

/// One line of DIR/data/<SOURCE>-test.csv. Images that drop_duplicates leaves out have none.
struct TestImage {
  std::string file;
  std::int32_t label = 0;
  bool tested = true;  ///< true for every line of the file
};
std::vector<TestImage> read_test_images(const std::filesystem::path& folder, const std::string& source,
                                        const std::vector<std::string>& classes);
void write_test_images(const std::filesystem::path& folder, const std::string& source,
                       const std::vector<TestImage>& images, const std::vector<std::string>& classes);

}  // namespace ersatz::study
