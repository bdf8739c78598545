#include "study/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"
#include "study/pack.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;

// Reads `path` and calls `take` on it; whatever is missing or of another type is an Error with the path.
template <typename Take>
void read_document(const fs::path& path, Take take) {
  const Json value = read_json(path);
  try {
    if (const int format = value.at("format").get<int>(); format != kFormat) {
      throw LaterFormat(
          fmt::format("{}: format {} is not one that this version reads ({})", path.string(), format, kFormat),
          "a later version of ersatz wrote it: use that one");
    }
    take(value);
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("{}: {}", path.string(), problem.what()), "was it edited or made by another program?");
  } catch (const LaterFormat&) {
    throw;
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}", path.string(), problem.what()), problem.hint());
  }
}

}  // namespace

Json to_json(const Packed& packed) { return {{"sha256", packed.sha256}}; }
Packed packed_from_json(const Json& value) {
  Packed packed;
  value.at("sha256").get_to(packed.sha256);
  return packed;
}

std::vector<std::string> StudyRecord::asked_for() const {
  std::vector<std::string> ids = runs;
  ids.insert(ids.end(), trials.begin(), trials.end());
  return ids;
}

std::string RunRecord::id() const { return run_id(folder); }

bool is_tested_on(const RunRecord& record, const std::string& name, const TestSetFingerprints& now) {
  if (std::ranges::find(record.tested_on, name) == record.tested_on.end()) return false;
  const auto set = now.find(name);
  if (set == now.end()) return true;
  const auto then = record.test_sets.find(name);
  return then != record.test_sets.end() && then->second == set->second;
}

void forget_predictions(RunRecord& record, const std::string& name) {
  std::erase(record.tested_on, name);
  record.test_sets.erase(name);
  record.correct.erase(name);
  record.sha256.erase(predictions_file(record.folder, name).filename().string());
}

RunRecord read_run_record(const fs::path& folder) {
  RunRecord record;
  record.folder = folder;
  read_document(run_file(folder), [&](const Json& value) {
    value.at("tested_on").get_to(record.tested_on);
    Json spec = value;
    spec["test_on"] = record.tested_on;
    record.spec = run_spec_from_json(spec);
    value.at("precision").get_to(record.precision);
    value.at("weights").get_to(record.weights_note);
    value.at("training_images").get_to(record.training_images);
    for (const auto& [name, amount] : record.spec.train_on.sources) {
      const Json& images = value.value("source_images", Json::object());
      if (images.contains(name)) record.source_images.push_back(images.at(name).get<std::size_t>());
    }
    value.at("validation_images").get_to(record.validation_images);
    value.at("epochs_run").get_to(record.epochs_run);
    value.at("best_epoch").get_to(record.best_round);
    value.at("stopped_early").get_to(record.stopped_early);
    value.at("seconds").get_to(record.seconds);
    record.environment = environment_from_json(value);
    record.sha256 = value.value("sha256", record.sha256);
    record.correct = value.value("correct", record.correct);
    if (value.contains("packed")) record.packed = packed_from_json(value.at("packed"));
    record.test_sets = value.value("test_sets", record.test_sets);
  });
  return record;
}

void write_run_record(const RunRecord& record) {
  Json value = {{"format", kFormat}, {"id", record.id()}};
  value.update(to_json(record.spec));
  value.erase("test_on");
  value.erase("weights_file");  // where it lay is of no use to others
  value["tested_on"] = record.tested_on;
  value["training_images"] = record.training_images;
  const auto& sources = record.spec.train_on.sources;
  for (std::size_t i = 0; i < record.source_images.size(); ++i) {
    value["source_images"][sources.at(i).first] = record.source_images[i];
  }
  value["validation_images"] = record.validation_images;
  value["precision"] = record.precision;
  value["weights"] = record.weights_note;
  value["epochs_run"] = record.epochs_run;
  value["best_epoch"] = record.best_round;
  value["stopped_early"] = record.stopped_early;
  value["seconds"] = record.seconds;
  value.update(to_json(record.environment));
  if (!record.correct.empty()) value["correct"] = record.correct;
  if (!record.sha256.empty()) value["sha256"] = record.sha256;
  if (record.packed) value["packed"] = to_json(*record.packed);
  if (!record.test_sets.empty()) value["test_sets"] = record.test_sets;
  write_json(run_file(record.folder), value);
}

StudyRecord read_study_record(const fs::path& folder) {
  const fs::path path = study_file(folder);
  if (is_pack(folder)) {
    throw Error(fmt::format("{} is a pack, not an output folder", folder.string()),
                fmt::format("unpack it first: ersatz unpack {}", folder.string()));
  }
  if (!fs::exists(path)) {
    throw Error(fmt::format("{} is not the output folder of a study: it has no study.json", folder.string()),
                "ersatz run STUDY --out DIR makes one");
  }
  StudyRecord record;
  read_document(path, [&](const Json& value) {
    value.at("name").get_to(record.name);
    value.at("data_fingerprint").get_to(record.data_fingerprint);
    value.at("classes").get_to(record.classes);
    value.at("sources").get_to(record.sources);
    value.at("demo_data").get_to(record.demo_data);
    value.at("runs").get_to(record.runs);
    record.notes = value.value("notes", record.notes);
    record.test_on = value.value("test_on", record.sources);
    record.warnings = value.value("warnings", record.warnings);
    if (value.contains("real")) record.real = value.at("real").get<std::string>();
    if (value.contains("ladder")) record.ladder = ladder_from_json(value.at("ladder"));
    if (value.contains("stages")) record.stages = stages_from_json(value.at("stages"));
    record.label_source = value.value("label", "class") == "source";
    for (const Json& set : value.value("test_sets", Json::array())) {
      record.test_sets.push_back(known_test_set_from_json(set));
    }
    if (value.contains("own_settings")) record.own_settings = own_settings_from_json(value.at("own_settings"));
  });
  if (record.stages) {
    follow_stages(folder, record);
  } else if (record.ladder) {
    record.runs = runs_asked_for(*record.ladder, read_climbs(folder, *record.ladder));
  }
  return record;
}

void write_study_record(const fs::path& folder, const StudyRecord& record) {
  Json value{{"format", kFormat},         {"name", record.name},       {"data_fingerprint", record.data_fingerprint},
             {"classes", record.classes}, {"sources", record.sources}, {"demo_data", record.demo_data},
             {"runs", record.runs},       {"test_on", record.test_on}, {"notes", record.notes}};
  if (!record.warnings.empty()) value["warnings"] = record.warnings;
  if (record.real) value["real"] = *record.real;
  // The arms of stages say which runs a ladder of theirs has.
  if (record.ladder) value["ladder"] = to_json(record.stages ? Ladder{record.ladder->rule, {}} : *record.ladder);
  if (record.stages) value["stages"] = to_json(*record.stages);
  if (!record.own_settings.empty()) value["own_settings"] = to_json(record.own_settings);
  if (record.label_source) value["label"] = "source";
  for (const KnownTestSet& set : record.test_sets) value["test_sets"].push_back(to_json(set));
  write_json(study_file(folder), value);
}

std::vector<TestImage> read_test_images(const fs::path& folder, const std::string& source,
                                        const std::vector<std::string>& classes) {
  const fs::path path = test_images_file(folder, source);
  const Csv csv = read_csv(path);
  std::unordered_map<std::string_view, std::int32_t> labels;
  for (std::size_t i = 0; i < classes.size(); ++i) labels[classes[i]] = static_cast<std::int32_t>(i);
  const std::size_t index = csv.column("index"), file = csv.column("file"), name = csv.column("class");
  std::vector<TestImage> images;
  images.reserve(csv.rows.size());
  for (const auto& row : csv.rows) {
    const auto label = labels.find(row[name]);
    if (label == labels.end()) throw Error(fmt::format("{}: unknown class \"{}\"", path.string(), row[name]));
    if (row[index] != std::to_string(images.size())) {
      throw Error(fmt::format("{}: row {} has the index \"{}\"", path.string(), images.size(), row[index]));
    }
    images.push_back({row[file], label->second});
  }
  return images;
}

void write_test_images(const fs::path& folder, const std::string& source, const std::vector<TestImage>& images,
                       const std::vector<std::string>& classes) {
  std::string text = "index,file,class\n";
  for (std::size_t i = 0; i < images.size(); ++i) {
    text += csv_line({std::to_string(i), images[i].file, classes.at(static_cast<std::size_t>(images[i].label))});
  }
  write_file(test_images_file(folder, source), text);
}

}  // namespace ersatz::study
